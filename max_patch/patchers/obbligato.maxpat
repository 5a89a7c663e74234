{
	"patcher": {
		"fileversion": 1,
		"appversion": {
			"architecture": "x64",
			"major": 8,
			"minor": 6,
			"modernui": 1,
			"revision": 0
		},
		"classnamespace": "box",
		"rect": [80.0, 90.0, 1004.0, 760.0],
		"description": "A live accompanist: notes or bars of a lead in, timed notes of the accompaniment out.",
		"digest": "Plays along with a lead",
		"gridsize": [8.0, 8.0],
		"integercoordinates": 1,
		"tags": "accompaniment MIDI OSC",
		"boxes": [
			{
				"box": {
					"id": "obj-1",
					"maxclass": "comment",
					"text": "obbligato [session] [port]: the script decides, Max plays. The help patch shows how to use it.",
					"fontface": 1,
					"fontsize": 13.0,
					"linecount": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [16.0, 8.0, 800.0, 23.0]
				}
			},
			{
				"box": {
					"id": "obj-2",
					"maxclass": "newobj",
					"text": "js obbligato.js max #1 #2",
					"numinlets": 2,
					"numoutlets": 7,
					"outlettype": ["", "", "", "", "", "", ""],
					"patching_rect": [16.0, 320.0, 840.0, 22.0],
					"saved_object_attributes": {
						"filename": "obbligato.js",
						"parameter_enable": 0
					},
					"varname": "engine"
				}
			},
			{
				"box": {
					"id": "obj-3",
					"maxclass": "inlet",
					"comment": "pitch velocity of the lead, or bar, param, reset, panic, selftest, host, token",
					"index": 1,
					"numinlets": 0,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [16.0, 40.0, 30.0, 30.0]
				}
			},
			{
				"box": {
					"id": "obj-4",
					"maxclass": "newobj",
					"text": "routepass bar param reset panic selftest host token",
					"numinlets": 8,
					"numoutlets": 8,
					"outlettype": ["", "", "", "", "", "", "", ""],
					"patching_rect": [16.0, 88.0, 480.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-5",
					"maxclass": "newobj",
					"text": "t l b",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": ["", "bang"],
					"patching_rect": [240.0, 136.0, 64.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-6",
					"maxclass": "newobj",
					"text": "s #0-silence",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [296.0, 168.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-7",
					"maxclass": "newobj",
					"text": "p stamp",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [""],
					"patcher": {
						"fileversion": 1,
						"appversion": {
							"architecture": "x64",
							"major": 8,
							"minor": 6,
							"modernui": 1,
							"revision": 0
						},
						"classnamespace": "box",
						"rect": [80.0, 80.0, 420.0, 334.0],
						"gridsize": [8.0, 8.0],
						"integercoordinates": 1,
						"boxes": [
							{
								"box": {
									"id": "obj-1",
									"maxclass": "comment",
									"text": "Every note of the lead gets its place in the song here, before anything can delay it.",
									"fontface": 1,
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 12.0, 380.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-2",
									"maxclass": "inlet",
									"comment": "pitch velocity",
									"index": 1,
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 64.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-3",
									"maxclass": "newobj",
									"text": "t l b",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["", "bang"],
									"patching_rect": [16.0, 112.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-4",
									"maxclass": "newobj",
									"text": "transport",
									"numinlets": 2,
									"numoutlets": 9,
									"outlettype": ["int", "int", "float", "float", "float", "", "int", "float", ""],
									"patching_rect": [88.0, 152.0, 300.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-5",
									"maxclass": "newobj",
									"text": "pack 0 0 0.",
									"numinlets": 3,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 200.0, 120.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-6",
									"maxclass": "newobj",
									"text": "prepend note",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 240.0, 85.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-7",
									"maxclass": "outlet",
									"comment": "note pitch velocity ticks",
									"index": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 280.0, 30.0, 30.0]
								}
							}
						],
						"lines": [
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-2", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-4", 0],
									"source": ["obj-3", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-5", 2],
									"source": ["obj-4", 7]
								}
							},
							{
								"patchline": {
									"destination": ["obj-5", 0],
									"source": ["obj-3", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-6", 0],
									"source": ["obj-5", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-7", 0],
									"source": ["obj-6", 0]
								}
							}
						]
					},
					"patching_rect": [432.0, 136.0, 58.0, 22.0],
					"saved_object_attributes": {
						"globalpatchername": ""
					}
				}
			},
			{
				"box": {
					"id": "obj-8",
					"maxclass": "newobj",
					"text": "s #0-engine",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [432.0, 168.0, 78.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-9",
					"maxclass": "newobj",
					"text": "r #0-engine",
					"numinlets": 0,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [112.0, 280.0, 76.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-10",
					"maxclass": "newobj",
					"text": "loadbang",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": ["bang"],
					"patching_rect": [560.0, 48.0, 65.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-11",
					"maxclass": "newobj",
					"text": "deferlow",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [560.0, 80.0, 61.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-12",
					"maxclass": "message",
					"text": "ready",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [560.0, 112.0, 45.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-13",
					"maxclass": "newobj",
					"text": "s #0-engine",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [560.0, 144.0, 78.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-14",
					"maxclass": "newobj",
					"text": "metro 50 @active 1",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": ["bang"],
					"patching_rect": [680.0, 48.0, 120.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-15",
					"maxclass": "newobj",
					"text": "transport",
					"numinlets": 2,
					"numoutlets": 9,
					"outlettype": ["int", "int", "float", "float", "float", "", "int", "float", ""],
					"patching_rect": [680.0, 80.0, 240.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-16",
					"maxclass": "newobj",
					"text": "change",
					"numinlets": 1,
					"numoutlets": 3,
					"outlettype": ["", "int", "int"],
					"patching_rect": [844.0, 112.0, 64.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-17",
					"maxclass": "newobj",
					"text": "sel 0",
					"numinlets": 2,
					"numoutlets": 2,
					"outlettype": ["bang", ""],
					"patching_rect": [844.0, 144.0, 64.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-18",
					"maxclass": "newobj",
					"text": "t b b b",
					"numinlets": 1,
					"numoutlets": 3,
					"outlettype": ["bang", "bang", "bang"],
					"patching_rect": [844.0, 176.0, 88.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-19",
					"maxclass": "newobj",
					"text": "s #0-silence",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [900.0, 208.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-20",
					"maxclass": "newobj",
					"text": "s #0-stopped",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [880.0, 240.0, 84.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-21",
					"maxclass": "message",
					"text": "stop",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [800.0, 208.0, 37.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-22",
					"maxclass": "newobj",
					"text": "s #0-engine",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [760.0, 240.0, 78.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-23",
					"maxclass": "newobj",
					"text": "freebang",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": ["bang"],
					"patching_rect": [560.0, 192.0, 62.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-24",
					"maxclass": "newobj",
					"text": "t b b",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": ["bang", "bang"],
					"patching_rect": [560.0, 224.0, 64.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-25",
					"maxclass": "newobj",
					"text": "s #0-silence",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [616.0, 256.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-26",
					"maxclass": "message",
					"text": "bye",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [560.0, 256.0, 34.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-27",
					"maxclass": "newobj",
					"text": "s #0-engine",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [520.0, 288.0, 78.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-28",
					"maxclass": "newobj",
					"text": "r #0-stopped",
					"numinlets": 0,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [192.0, 400.0, 82.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-29",
					"maxclass": "newobj",
					"text": "p clock",
					"numinlets": 1,
					"numoutlets": 4,
					"outlettype": ["", "", "", ""],
					"patcher": {
						"fileversion": 1,
						"appversion": {
							"architecture": "x64",
							"major": 8,
							"minor": 6,
							"modernui": 1,
							"revision": 0
						},
						"classnamespace": "box",
						"rect": [80.0, 80.0, 768.0, 822.0],
						"gridsize": [8.0, 8.0],
						"integercoordinates": 1,
						"boxes": [
							{
								"box": {
									"id": "obj-1",
									"maxclass": "comment",
									"text": "The clock: every 10 ticks of the transport it says which slot of the score is due.",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 12.0, 600.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-2",
									"maxclass": "inlet",
									"comment": "bang: the transport stopped",
									"index": 1,
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [640.0, 264.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-3",
									"maxclass": "newobj",
									"text": "metro @interval 10 ticks @quantize 10 ticks @active 1",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["bang"],
									"patching_rect": [16.0, 44.0, 309.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-4",
									"maxclass": "newobj",
									"text": "transport",
									"numinlets": 2,
									"numoutlets": 9,
									"outlettype": ["int", "int", "float", "float", "float", "", "int", "float", ""],
									"patching_rect": [16.0, 84.0, 448.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-5",
									"maxclass": "newobj",
									"text": "t b i",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["bang", "int"],
									"patching_rect": [16.0, 124.0, 35.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-6",
									"maxclass": "newobj",
									"text": "t f f",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["float", "float"],
									"patching_rect": [232.0, 124.0, 31.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-7",
									"maxclass": "newobj",
									"text": "unpack 4 4",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["int", "int"],
									"patching_rect": [288.0, 124.0, 73.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-8",
									"maxclass": "newobj",
									"text": "t f f",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["float", "float"],
									"patching_rect": [392.0, 124.0, 31.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-9",
									"maxclass": "newobj",
									"text": "pack 1 1 0. 4 4 120. 0.",
									"numinlets": 7,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [120.0, 520.0, 300.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-10",
									"maxclass": "newobj",
									"text": "f",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["float"],
									"patching_rect": [16.0, 168.0, 40.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-11",
									"maxclass": "newobj",
									"text": "int 1",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [120.0, 480.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-12",
									"maxclass": "newobj",
									"text": "+ 5.",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["float"],
									"patching_rect": [16.0, 200.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-13",
									"maxclass": "newobj",
									"text": "/ 10.",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["float"],
									"patching_rect": [16.0, 232.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-14",
									"maxclass": "newobj",
									"text": "int",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [16.0, 264.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-15",
									"maxclass": "newobj",
									"text": "change -1",
									"numinlets": 1,
									"numoutlets": 3,
									"outlettype": ["", "int", "int"],
									"patching_rect": [16.0, 304.0, 68.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-16",
									"maxclass": "comment",
									"text": "slot = the nearest 10 ticks; told once, also if the clock bangs twice in it",
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [88.0, 264.0, 260.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-17",
									"maxclass": "newobj",
									"text": "t i i i i",
									"numinlets": 1,
									"numoutlets": 4,
									"outlettype": ["int", "int", "int", "int"],
									"patching_rect": [16.0, 344.0, 300.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-18",
									"maxclass": "newobj",
									"text": "t i i",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["int", "int"],
									"patching_rect": [480.0, 376.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-19",
									"maxclass": "newobj",
									"text": "- -10",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [480.0, 424.0, 56.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-20",
									"maxclass": "newobj",
									"text": "int",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [568.0, 424.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-21",
									"maxclass": "newobj",
									"text": "!= 1",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [480.0, 456.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-22",
									"maxclass": "newobj",
									"text": "t i i",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["int", "int"],
									"patching_rect": [480.0, 488.0, 56.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-23",
									"maxclass": "newobj",
									"text": "||",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [16.0, 480.0, 40.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-24",
									"maxclass": "newobj",
									"text": "sel 1",
									"numinlets": 2,
									"numoutlets": 2,
									"outlettype": ["bang", ""],
									"patching_rect": [480.0, 520.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-25",
									"maxclass": "newobj",
									"text": "t b b",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["bang", "bang"],
									"patching_rect": [480.0, 552.0, 56.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-26",
									"maxclass": "comment",
									"text": "after a jump also the grid step a slot before: the first bang may come a slot late",
									"linecount": 5,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [632.0, 440.0, 112.0, 80.0]
								}
							},
							{
								"box": {
									"id": "obj-27",
									"maxclass": "newobj",
									"text": "t i i",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["int", "int"],
									"patching_rect": [568.0, 584.0, 56.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-28",
									"maxclass": "newobj",
									"text": "+ 0",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [568.0, 712.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-29",
									"maxclass": "newobj",
									"text": "% 4",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [568.0, 616.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-30",
									"maxclass": "newobj",
									"text": "sel 1",
									"numinlets": 2,
									"numoutlets": 2,
									"outlettype": ["bang", ""],
									"patching_rect": [568.0, 648.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-31",
									"maxclass": "message",
									"text": "-1",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [568.0, 680.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-32",
									"maxclass": "newobj",
									"text": "% 12",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [16.0, 416.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-33",
									"maxclass": "newobj",
									"text": "== 0",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [16.0, 448.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-34",
									"maxclass": "newobj",
									"text": "sel 1",
									"numinlets": 2,
									"numoutlets": 2,
									"outlettype": ["bang", ""],
									"patching_rect": [16.0, 512.0, 48.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-35",
									"maxclass": "newobj",
									"text": "t b b",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["bang", "bang"],
									"patching_rect": [640.0, 304.0, 56.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-36",
									"maxclass": "message",
									"text": "set -1",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [696.0, 336.0, 45.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-37",
									"maxclass": "message",
									"text": "-10",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [640.0, 336.0, 32.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-38",
									"maxclass": "outlet",
									"comment": "slot to look up in the score",
									"index": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [48.0, 768.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-39",
									"maxclass": "outlet",
									"comment": "at bar beat units numerator denominator tempo ticks",
									"index": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [120.0, 768.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-40",
									"maxclass": "newobj",
									"text": "prepend at",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [120.0, 560.0, 72.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-41",
									"maxclass": "outlet",
									"comment": "bang: jumped, looped or started",
									"index": 3,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [480.0, 768.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-42",
									"maxclass": "outlet",
									"comment": "tempo in beats a minute",
									"index": 4,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [696.0, 768.0, 30.0, 30.0]
								}
							}
						],
						"lines": [
							{
								"patchline": {
									"destination": ["obj-4", 0],
									"source": ["obj-3", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-5", 0],
									"source": ["obj-4", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-6", 0],
									"source": ["obj-4", 4]
								}
							},
							{
								"patchline": {
									"destination": ["obj-7", 0],
									"source": ["obj-4", 5]
								}
							},
							{
								"patchline": {
									"destination": ["obj-8", 0],
									"source": ["obj-4", 7]
								}
							},
							{
								"patchline": {
									"destination": ["obj-9", 1],
									"source": ["obj-4", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-9", 2],
									"source": ["obj-4", 2]
								}
							},
							{
								"patchline": {
									"destination": ["obj-9", 3],
									"source": ["obj-7", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-9", 4],
									"source": ["obj-7", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-9", 5],
									"source": ["obj-6", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-9", 6],
									"source": ["obj-8", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 1],
									"source": ["obj-8", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-11", 1],
									"source": ["obj-5", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 0],
									"source": ["obj-5", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-12", 0],
									"source": ["obj-10", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-13", 0],
									"source": ["obj-12", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-14", 0],
									"source": ["obj-13", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-15", 0],
									"source": ["obj-14", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-17", 0],
									"source": ["obj-15", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-18", 0],
									"source": ["obj-17", 3]
								}
							},
							{
								"patchline": {
									"destination": ["obj-19", 0],
									"source": ["obj-18", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-19", 1],
									"source": ["obj-17", 2]
								}
							},
							{
								"patchline": {
									"destination": ["obj-20", 1],
									"source": ["obj-18", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-21", 0],
									"source": ["obj-19", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-22", 0],
									"source": ["obj-21", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-23", 1],
									"source": ["obj-22", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-24", 0],
									"source": ["obj-22", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-25", 0],
									"source": ["obj-24", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-20", 0],
									"source": ["obj-25", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-27", 0],
									"source": ["obj-20", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-28", 1],
									"source": ["obj-27", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-29", 0],
									"source": ["obj-27", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-30", 0],
									"source": ["obj-29", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-31", 0],
									"source": ["obj-30", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-28", 0],
									"source": ["obj-31", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-32", 0],
									"source": ["obj-17", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-33", 0],
									"source": ["obj-32", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-23", 0],
									"source": ["obj-33", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-34", 0],
									"source": ["obj-23", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-11", 0],
									"source": ["obj-34", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-9", 0],
									"source": ["obj-11", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-35", 0],
									"source": ["obj-2", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-36", 0],
									"source": ["obj-35", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-15", 0],
									"source": ["obj-36", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-37", 0],
									"source": ["obj-35", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-19", 1],
									"source": ["obj-37", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-38", 0],
									"source": ["obj-17", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-38", 0],
									"source": ["obj-28", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-40", 0],
									"source": ["obj-9", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-39", 0],
									"source": ["obj-40", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-41", 0],
									"source": ["obj-25", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-42", 0],
									"source": ["obj-6", 0]
								}
							}
						]
					},
					"patching_rect": [192.0, 432.0, 200.0, 22.0],
					"saved_object_attributes": {
						"globalpatchername": ""
					}
				}
			},
			{
				"box": {
					"id": "obj-30",
					"maxclass": "newobj",
					"text": "coll #0-score 1 @embed 0",
					"numinlets": 1,
					"numoutlets": 4,
					"outlettype": ["", "", "", ""],
					"patching_rect": [192.0, 528.0, 156.0, 22.0],
					"saved_object_attributes": {
						"embed": 0,
						"precision": 6
					}
				}
			},
			{
				"box": {
					"id": "obj-31",
					"maxclass": "newobj",
					"text": "s #0-engine",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [232.0, 480.0, 78.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-32",
					"maxclass": "newobj",
					"text": "s #0-silence",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [328.0, 480.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-33",
					"maxclass": "newobj",
					"text": "route note stop thru",
					"numinlets": 4,
					"numoutlets": 4,
					"outlettype": ["", "", "", ""],
					"patching_rect": [520.0, 400.0, 140.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-34",
					"maxclass": "newobj",
					"text": "s #0-silence",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [560.0, 440.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-35",
					"maxclass": "newobj",
					"text": "p player",
					"numinlets": 4,
					"numoutlets": 1,
					"outlettype": [""],
					"patcher": {
						"fileversion": 1,
						"appversion": {
							"architecture": "x64",
							"major": 8,
							"minor": 6,
							"modernui": 1,
							"revision": 0
						},
						"classnamespace": "box",
						"rect": [80.0, 80.0, 620.0, 480.0],
						"gridsize": [8.0, 8.0],
						"integercoordinates": 1,
						"boxes": [
							{
								"box": {
									"id": "obj-1",
									"maxclass": "comment",
									"text": "The player: note-ons at once, note-offs in ms, so that they come when the song has stopped.",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 12.0, 560.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-2",
									"maxclass": "inlet",
									"comment": "a line of the score: pitch velocity ticks, again and again",
									"index": 1,
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 56.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-3",
									"maxclass": "inlet",
									"comment": "tempo in beats a minute",
									"index": 2,
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [184.0, 56.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-4",
									"maxclass": "inlet",
									"comment": "one note: pitch velocity ms",
									"index": 3,
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [328.0, 56.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-5",
									"maxclass": "inlet",
									"comment": "bang: silence, now",
									"index": 4,
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [456.0, 56.0, 30.0, 30.0]
								}
							},
							{
								"box": {
									"id": "obj-6",
									"maxclass": "newobj",
									"text": "zl.iter 3",
									"numinlets": 2,
									"numoutlets": 2,
									"outlettype": ["", ""],
									"patching_rect": [16.0, 104.0, 55.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-7",
									"maxclass": "newobj",
									"text": "unpack 0 0 0",
									"numinlets": 1,
									"numoutlets": 3,
									"outlettype": ["int", "int", "int"],
									"patching_rect": [16.0, 144.0, 104.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-8",
									"maxclass": "newobj",
									"text": "expr $f1*125./$f2",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [104.0, 184.0, 106.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-9",
									"maxclass": "comment",
									"text": "ticks at this tempo, in ms",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [224.0, 184.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-10",
									"maxclass": "newobj",
									"text": "makenote 64 100 @repeatmode 2",
									"numinlets": 3,
									"numoutlets": 2,
									"outlettype": ["float", "float"],
									"patching_rect": [16.0, 240.0, 208.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-11",
									"maxclass": "newobj",
									"text": "unpack 0 0 0.",
									"numinlets": 1,
									"numoutlets": 3,
									"outlettype": ["int", "int", "float"],
									"patching_rect": [328.0, 104.0, 104.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-12",
									"maxclass": "newobj",
									"text": "t b b",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["bang", "bang"],
									"patching_rect": [456.0, 104.0, 56.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-13",
									"maxclass": "message",
									"text": "stop",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [504.0, 184.0, 37.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-14",
									"maxclass": "newobj",
									"text": "flush",
									"numinlets": 2,
									"numoutlets": 2,
									"outlettype": ["int", "int"],
									"patching_rect": [16.0, 288.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-15",
									"maxclass": "comment",
									"text": "the second net: whatever still sounds is let go",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [112.0, 288.0, 280.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-16",
									"maxclass": "newobj",
									"text": "pack 0 0",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 328.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-17",
									"maxclass": "outlet",
									"comment": "pitch velocity",
									"index": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 416.0, 30.0, 30.0]
								}
							}
						],
						"lines": [
							{
								"patchline": {
									"destination": ["obj-6", 0],
									"source": ["obj-2", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-7", 0],
									"source": ["obj-6", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-8", 0],
									"source": ["obj-7", 2]
								}
							},
							{
								"patchline": {
									"destination": ["obj-8", 1],
									"source": ["obj-3", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 0],
									"source": ["obj-7", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 1],
									"source": ["obj-7", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 2],
									"source": ["obj-8", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-11", 0],
									"source": ["obj-4", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 0],
									"source": ["obj-11", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 1],
									"source": ["obj-11", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 2],
									"source": ["obj-11", 2]
								}
							},
							{
								"patchline": {
									"destination": ["obj-12", 0],
									"source": ["obj-5", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-13", 0],
									"source": ["obj-12", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-10", 0],
									"source": ["obj-13", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-14", 0],
									"source": ["obj-10", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-14", 1],
									"source": ["obj-10", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-14", 0],
									"source": ["obj-12", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-16", 0],
									"source": ["obj-14", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-16", 1],
									"source": ["obj-14", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-17", 0],
									"source": ["obj-16", 0]
								}
							}
						]
					},
					"patching_rect": [192.0, 608.0, 380.0, 22.0],
					"saved_object_attributes": {
						"globalpatchername": ""
					}
				}
			},
			{
				"box": {
					"id": "obj-36",
					"maxclass": "newobj",
					"text": "r #0-silence",
					"numinlets": 0,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [552.0, 568.0, 78.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-37",
					"maxclass": "outlet",
					"comment": "pitch velocity of the accompaniment, in time",
					"index": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [192.0, 680.0, 30.0, 30.0]
				}
			},
			{
				"box": {
					"id": "obj-38",
					"maxclass": "newobj",
					"text": "udpsend 127.0.0.1 7770",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [16.0, 464.0, 144.0, 22.0],
					"varname": "to bridge"
				}
			},
			{
				"box": {
					"id": "obj-39",
					"maxclass": "newobj",
					"text": "udpsend 127.0.0.1 7771",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [16.0, 496.0, 144.0, 22.0],
					"varname": "to ourselves"
				}
			},
			{
				"box": {
					"id": "obj-40",
					"maxclass": "newobj",
					"text": "udpreceive 7771",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [16.0, 528.0, 104.0, 22.0],
					"varname": "from bridge"
				}
			},
			{
				"box": {
					"id": "obj-41",
					"maxclass": "newobj",
					"text": "s #0-wire",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [16.0, 560.0, 64.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-42",
					"maxclass": "newobj",
					"text": "r #0-wire",
					"numinlets": 0,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [792.0, 280.0, 62.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-43",
					"maxclass": "outlet",
					"comment": "status: light, advice, bridge, up, trip, missed ...",
					"index": 2,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [704.0, 680.0, 30.0, 30.0]
				}
			},
			{
				"box": {
					"id": "obj-44",
					"maxclass": "outlet",
					"comment": "chords: chord index name beats; bar number",
					"index": 3,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [848.0, 680.0, 30.0, 30.0]
				}
			}
		],
		"lines": [
			{
				"patchline": {
					"destination": ["obj-4", 0],
					"source": ["obj-3", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 0],
					"source": ["obj-4", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 0],
					"source": ["obj-4", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 0],
					"source": ["obj-4", 2]
				}
			},
			{
				"patchline": {
					"destination": ["obj-5", 0],
					"source": ["obj-4", 3]
				}
			},
			{
				"patchline": {
					"destination": ["obj-6", 0],
					"source": ["obj-5", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 0],
					"source": ["obj-5", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 0],
					"source": ["obj-4", 4]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 0],
					"source": ["obj-4", 5]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 0],
					"source": ["obj-4", 6]
				}
			},
			{
				"patchline": {
					"destination": ["obj-7", 0],
					"source": ["obj-4", 7]
				}
			},
			{
				"patchline": {
					"destination": ["obj-8", 0],
					"source": ["obj-7", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 0],
					"source": ["obj-9", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-11", 0],
					"source": ["obj-10", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-12", 0],
					"source": ["obj-11", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-13", 0],
					"source": ["obj-12", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-15", 0],
					"source": ["obj-14", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-16", 0],
					"source": ["obj-15", 6]
				}
			},
			{
				"patchline": {
					"destination": ["obj-17", 0],
					"source": ["obj-16", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-18", 0],
					"source": ["obj-17", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-19", 0],
					"source": ["obj-18", 2]
				}
			},
			{
				"patchline": {
					"destination": ["obj-20", 0],
					"source": ["obj-18", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-21", 0],
					"source": ["obj-18", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-22", 0],
					"source": ["obj-21", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-24", 0],
					"source": ["obj-23", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-25", 0],
					"source": ["obj-24", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-26", 0],
					"source": ["obj-24", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-27", 0],
					"source": ["obj-26", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-29", 0],
					"source": ["obj-28", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-30", 0],
					"source": ["obj-2", 3]
				}
			},
			{
				"patchline": {
					"destination": ["obj-30", 0],
					"source": ["obj-29", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-31", 0],
					"source": ["obj-29", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-32", 0],
					"source": ["obj-29", 2]
				}
			},
			{
				"patchline": {
					"destination": ["obj-33", 0],
					"source": ["obj-2", 4]
				}
			},
			{
				"patchline": {
					"destination": ["obj-34", 0],
					"source": ["obj-33", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-35", 0],
					"source": ["obj-30", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-35", 1],
					"source": ["obj-29", 3]
				}
			},
			{
				"patchline": {
					"destination": ["obj-35", 2],
					"source": ["obj-33", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-35", 3],
					"source": ["obj-36", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-37", 0],
					"source": ["obj-35", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-38", 0],
					"source": ["obj-2", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-39", 0],
					"source": ["obj-2", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-40", 0],
					"source": ["obj-2", 2]
				}
			},
			{
				"patchline": {
					"destination": ["obj-41", 0],
					"source": ["obj-40", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-2", 1],
					"source": ["obj-42", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-43", 0],
					"source": ["obj-2", 5]
				}
			},
			{
				"patchline": {
					"destination": ["obj-44", 0],
					"source": ["obj-2", 6]
				}
			}
		]
	}
}
