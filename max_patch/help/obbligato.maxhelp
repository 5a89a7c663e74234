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
		"rect": [80.0, 80.0, 930.0, 690.0],
		"gridsize": [8.0, 8.0],
		"integercoordinates": 1,
		"showontab": 0,
		"showrootpatcherontab": 0,
		"boxes": [
			{
				"box": {
					"id": "obj-1",
					"maxclass": "newobj",
					"text": "p basic",
					"numinlets": 0,
					"numoutlets": 0,
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
						"rect": [0.0, 26.0, 930.0, 672.0],
						"gridsize": [8.0, 8.0],
						"integercoordinates": 1,
						"openrect": [0.0, 0.0, 930.0, 664.0],
						"showontab": 1,
						"boxes": [
							{
								"box": {
									"id": "obj-1",
									"maxclass": "comment",
									"text": "obbligato",
									"fontface": 1,
									"fontsize": 24.0,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 12.0, 600.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-2",
									"maxclass": "comment",
									"text": "Plays along: notes of a lead in, timed notes of an accompaniment out.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 48.0, 720.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-3",
									"maxclass": "comment",
									"text": "1   In a terminal: obbligato serve. The light below turns to 3.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [560.0, 96.0, 340.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-4",
									"maxclass": "comment",
									"text": "2   Start the transport.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [560.0, 122.0, 340.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-5",
									"maxclass": "comment",
									"text": "3   Play the keys, in time. From the second bar on you are accompanied.",
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [560.0, 148.0, 340.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-6",
									"maxclass": "comment",
									"text": "4   Stop the transport: everything falls silent.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [560.0, 188.0, 340.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-7",
									"maxclass": "toggle",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": ["int"],
									"patching_rect": [16.0, 104.0, 24.0, 24.0]
								}
							},
							{
								"box": {
									"id": "obj-8",
									"maxclass": "newobj",
									"text": "transport",
									"numinlets": 2,
									"numoutlets": 9,
									"outlettype": ["int", "int", "float", "float", "float", "", "int", "float", ""],
									"patching_rect": [16.0, 136.0, 200.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-9",
									"maxclass": "comment",
									"text": "the transport: the tempo is Max's own",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [48.0, 106.0, 260.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-10",
									"maxclass": "kslider",
									"numinlets": 2,
									"numoutlets": 2,
									"offset": 36,
									"outlettype": ["int", "int"],
									"patching_rect": [16.0, 192.0, 336.0, 54.0],
									"range": 48
								}
							},
							{
								"box": {
									"id": "obj-11",
									"maxclass": "newobj",
									"text": "makenote 90 400 @repeatmode 2",
									"numinlets": 3,
									"numoutlets": 2,
									"outlettype": ["float", "float"],
									"patching_rect": [16.0, 264.0, 328.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-12",
									"maxclass": "newobj",
									"text": "pack 0 0",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 304.0, 328.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-13",
									"maxclass": "newobj",
									"text": "t l l",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["", ""],
									"patching_rect": [16.0, 344.0, 200.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-14",
									"maxclass": "newobj",
									"text": "obbligato",
									"numinlets": 1,
									"numoutlets": 3,
									"outlettype": ["", "", ""],
									"patching_rect": [16.0, 392.0, 200.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-15",
									"maxclass": "comment",
									"text": "pitch and velocity of the lead, note-offs too (velocity 0)",
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [400.0, 304.0, 200.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-16",
									"maxclass": "newobj",
									"text": "unpack 0 0",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["int", "int"],
									"patching_rect": [400.0, 424.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-17",
									"maxclass": "newobj",
									"text": "noteout 1",
									"numinlets": 3,
									"numoutlets": 0,
									"patching_rect": [400.0, 456.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-18",
									"maxclass": "comment",
									"text": "you",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [488.0, 458.0, 60.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-19",
									"maxclass": "newobj",
									"text": "r help-to-obbligato",
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [240.0, 360.0, 114.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-20",
									"maxclass": "newobj",
									"text": "unpack 0 0",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["int", "int"],
									"patching_rect": [16.0, 432.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-21",
									"maxclass": "newobj",
									"text": "noteout 2",
									"numinlets": 3,
									"numoutlets": 0,
									"patching_rect": [16.0, 472.0, 88.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-22",
									"maxclass": "comment",
									"text": "the accompaniment",
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 500.0, 96.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-23",
									"maxclass": "newobj",
									"text": "t l l",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["", ""],
									"patching_rect": [116.0, 440.0, 56.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-24",
									"maxclass": "newobj",
									"text": "s help-status",
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [148.0, 468.0, 84.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-25",
									"maxclass": "newobj",
									"text": "s help-chords",
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [240.0, 440.0, 88.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-26",
									"maxclass": "newobj",
									"text": "route light advice trip missed",
									"numinlets": 5,
									"numoutlets": 5,
									"outlettype": ["", "", "", "", ""],
									"patching_rect": [116.0, 528.0, 400.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-27",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [116.0, 600.0, 60.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-28",
									"maxclass": "comment",
									"text": "light",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [116.0, 626.0, 60.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-29",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [116.0, 564.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-30",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [184.0, 600.0, 330.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-31",
									"maxclass": "comment",
									"text": "advice",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [184.0, 626.0, 330.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-32",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [204.0, 564.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-33",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [522.0, 600.0, 110.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-34",
									"maxclass": "comment",
									"text": "trip",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [522.0, 626.0, 110.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-35",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [292.0, 564.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-36",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [640.0, 600.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-37",
									"maxclass": "comment",
									"text": "missed",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [640.0, 626.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-38",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [380.0, 564.0, 78.0, 22.0]
								}
							}
						],
						"lines": [
							{
								"patchline": {
									"destination": ["obj-8", 0],
									"source": ["obj-7", 0]
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
									"destination": ["obj-11", 1],
									"source": ["obj-10", 1]
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
									"destination": ["obj-12", 1],
									"source": ["obj-11", 1]
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
									"destination": ["obj-16", 0],
									"source": ["obj-13", 1]
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
									"destination": ["obj-17", 1],
									"source": ["obj-16", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-14", 0],
									"source": ["obj-19", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-20", 0],
									"source": ["obj-14", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-21", 0],
									"source": ["obj-20", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-21", 1],
									"source": ["obj-20", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-23", 0],
									"source": ["obj-14", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-24", 0],
									"source": ["obj-23", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-25", 0],
									"source": ["obj-14", 2]
								}
							},
							{
								"patchline": {
									"destination": ["obj-26", 0],
									"source": ["obj-23", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-29", 0],
									"source": ["obj-26", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-27", 0],
									"source": ["obj-29", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-32", 0],
									"source": ["obj-26", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-30", 0],
									"source": ["obj-32", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-35", 0],
									"source": ["obj-26", 2]
								}
							},
							{
								"patchline": {
									"destination": ["obj-33", 0],
									"source": ["obj-35", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-38", 0],
									"source": ["obj-26", 3]
								}
							},
							{
								"patchline": {
									"destination": ["obj-36", 0],
									"source": ["obj-38", 0]
								}
							}
						]
					},
					"patching_rect": [16.0, 16.0, 53.0, 22.0],
					"saved_object_attributes": {
						"globalpatchername": ""
					}
				}
			},
			{
				"box": {
					"id": "obj-2",
					"maxclass": "newobj",
					"text": "p bars",
					"numinlets": 0,
					"numoutlets": 0,
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
						"rect": [0.0, 26.0, 930.0, 664.0],
						"gridsize": [8.0, 8.0],
						"integercoordinates": 1,
						"openrect": [0.0, 0.0, 930.0, 664.0],
						"showontab": 1,
						"boxes": [
							{
								"box": {
									"id": "obj-1",
									"maxclass": "comment",
									"text": "obbligato: whole bars",
									"fontface": 1,
									"fontsize": 24.0,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 12.0, 600.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-2",
									"maxclass": "comment",
									"text": "A lead that is known in advance goes in bar by bar and is accompanied as itself.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 48.0, 720.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-3",
									"maxclass": "comment",
									"text": "bar NUMBER NUMERATOR DENOMINATOR TEMPO AHEAD KNOWN, then four numbers a note: pitch, onset and duration in beats from the bar line, velocity. AHEAD says which bar's accompaniment is wanted: 0 this one, 1 the next. KNOWN is how many beats of this bar are known: the whole length of a bar that is over or written down.",
									"linecount": 3,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 88.0, 720.0, 51.0]
								}
							},
							{
								"box": {
									"id": "obj-4",
									"maxclass": "newobj",
									"text": "obbligato from-a-score",
									"numinlets": 1,
									"numoutlets": 3,
									"outlettype": ["", "", ""],
									"patching_rect": [16.0, 360.0, 200.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-5",
									"maxclass": "message",
									"text": "bar 0 4 4 120. 0 4. 60 0. 1. 90 62 1. 1. 90 64 2. 2. 90",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 184.0, 293.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-6",
									"maxclass": "message",
									"text": "bar 1 4 4 120. 0 4. 65 0. 2. 90 62 2. 2. 90",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 224.0, 233.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-7",
									"maxclass": "message",
									"text": "bar 2 4 4 120. 0 4. 64 0. 4. 90",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 264.0, 172.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-8",
									"maxclass": "comment",
									"text": "Send them while the transport stands, then start it: bar 0 is the transport's first bar.",
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [480.0, 184.0, 300.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-9",
									"maxclass": "message",
									"text": "reset",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 312.0, 41.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-10",
									"maxclass": "comment",
									"text": "forgets the song so far",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [72.0, 314.0, 200.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-11",
									"maxclass": "newobj",
									"text": "unpack 0 0",
									"numinlets": 1,
									"numoutlets": 2,
									"outlettype": ["int", "int"],
									"patching_rect": [16.0, 408.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-12",
									"maxclass": "newobj",
									"text": "noteout 2",
									"numinlets": 3,
									"numoutlets": 0,
									"patching_rect": [16.0, 448.0, 88.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-13",
									"maxclass": "newobj",
									"text": "route light advice trip missed",
									"numinlets": 5,
									"numoutlets": 5,
									"outlettype": ["", "", "", "", ""],
									"patching_rect": [116.0, 408.0, 400.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-14",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [116.0, 480.0, 60.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-15",
									"maxclass": "comment",
									"text": "light",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [116.0, 506.0, 60.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-16",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [116.0, 444.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-17",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [184.0, 480.0, 330.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-18",
									"maxclass": "comment",
									"text": "advice",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [184.0, 506.0, 330.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-19",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [204.0, 444.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-20",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [522.0, 480.0, 110.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-21",
									"maxclass": "comment",
									"text": "trip",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [522.0, 506.0, 110.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-22",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [292.0, 444.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-23",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [640.0, 480.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-24",
									"maxclass": "comment",
									"text": "missed",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [640.0, 506.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-25",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [380.0, 444.0, 78.0, 22.0]
								}
							}
						],
						"lines": [
							{
								"patchline": {
									"destination": ["obj-4", 0],
									"source": ["obj-5", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-4", 0],
									"source": ["obj-6", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-4", 0],
									"source": ["obj-7", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-4", 0],
									"source": ["obj-9", 0]
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
									"destination": ["obj-12", 0],
									"source": ["obj-11", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-12", 1],
									"source": ["obj-11", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-13", 0],
									"source": ["obj-4", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-16", 0],
									"source": ["obj-13", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-14", 0],
									"source": ["obj-16", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-19", 0],
									"source": ["obj-13", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-17", 0],
									"source": ["obj-19", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-22", 0],
									"source": ["obj-13", 2]
								}
							},
							{
								"patchline": {
									"destination": ["obj-20", 0],
									"source": ["obj-22", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-25", 0],
									"source": ["obj-13", 3]
								}
							},
							{
								"patchline": {
									"destination": ["obj-23", 0],
									"source": ["obj-25", 0]
								}
							}
						]
					},
					"patching_rect": [112.0, 16.0, 48.0, 22.0],
					"saved_object_attributes": {
						"globalpatchername": ""
					}
				}
			},
			{
				"box": {
					"id": "obj-3",
					"maxclass": "newobj",
					"text": "p status",
					"numinlets": 0,
					"numoutlets": 0,
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
						"rect": [0.0, 26.0, 930.0, 664.0],
						"gridsize": [8.0, 8.0],
						"integercoordinates": 1,
						"openrect": [0.0, 0.0, 930.0, 664.0],
						"showontab": 1,
						"boxes": [
							{
								"box": {
									"id": "obj-1",
									"maxclass": "comment",
									"text": "obbligato: what it tells",
									"fontface": 1,
									"fontsize": 24.0,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 12.0, 600.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-2",
									"maxclass": "comment",
									"text": "The middle outlet says how things stand, the right one which chords are played.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 48.0, 720.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-3",
									"maxclass": "message",
									"text": "selftest",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 112.0, 53.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-4",
									"maxclass": "newobj",
									"text": "s help-to-obbligato",
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 144.0, 116.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-5",
									"maxclass": "comment",
									"text": "asks the bridge, has one bar accompanied, sounds four notes",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [88.0, 114.0, 400.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-6",
									"maxclass": "newobj",
									"text": "r help-status",
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 200.0, 82.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-7",
									"maxclass": "newobj",
									"text": "route light advice trip missed",
									"numinlets": 5,
									"numoutlets": 5,
									"outlettype": ["", "", "", "", ""],
									"patching_rect": [16.0, 232.0, 400.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-8",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 304.0, 60.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-9",
									"maxclass": "comment",
									"text": "light",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 330.0, 60.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-10",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 268.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-11",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [84.0, 304.0, 330.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-12",
									"maxclass": "comment",
									"text": "advice",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [84.0, 330.0, 330.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-13",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [104.0, 268.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-14",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [422.0, 304.0, 110.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-15",
									"maxclass": "comment",
									"text": "trip",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [422.0, 330.0, 110.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-16",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [192.0, 268.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-17",
									"maxclass": "message",
									"text": "-",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [540.0, 304.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-18",
									"maxclass": "comment",
									"text": "missed",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [540.0, 330.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-19",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [280.0, 268.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-20",
									"maxclass": "newobj",
									"text": "r help-chords",
									"numinlets": 0,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [560.0, 112.0, 86.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-21",
									"maxclass": "newobj",
									"text": "prepend set",
									"numinlets": 1,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [560.0, 144.0, 78.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-22",
									"maxclass": "message",
									"text": "chord 0 C 4.",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [560.0, 176.0, 160.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-23",
									"maxclass": "comment",
									"text": "light n",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 368.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-24",
									"maxclass": "comment",
									"text": "0 off, 1 no bridge, 2 the model loads, 3 connected",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 368.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-25",
									"maxclass": "comment",
									"text": "advice text",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 392.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-26",
									"maxclass": "comment",
									"text": "one line: how it stands, or what to do",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 392.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-27",
									"maxclass": "comment",
									"text": "bridge version model",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 416.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-28",
									"maxclass": "comment",
									"text": "what answers",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 416.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-29",
									"maxclass": "comment",
									"text": "up seconds",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 440.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-30",
									"maxclass": "comment",
									"text": "how long it has been there; below zero: how long it has been missed",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 440.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-31",
									"maxclass": "comment",
									"text": "trip last p99",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 464.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-32",
									"maxclass": "comment",
									"text": "milliseconds there and back, the last answer and 99 of 100",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 464.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-33",
									"maxclass": "comment",
									"text": "missed late lost",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 488.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-34",
									"maxclass": "comment",
									"text": "bars whose first notes came too late; bars never answered",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 488.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-35",
									"maxclass": "comment",
									"text": "doing n",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 512.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-36",
									"maxclass": "comment",
									"text": "0 stopped, 1 following, 2 reading a clip (in Live)",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 512.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-37",
									"maxclass": "comment",
									"text": "listening port",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 536.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-38",
									"maxclass": "comment",
									"text": "where it hears the bridge; found by itself",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 536.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-39",
									"maxclass": "comment",
									"text": "selftest n",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 560.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-40",
									"maxclass": "comment",
									"text": "1 running, 2 PASS, 3 FAIL",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 560.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-41",
									"maxclass": "comment",
									"text": "echo name value",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 584.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-42",
									"maxclass": "comment",
									"text": "a control as the bridge holds it",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 584.0, 640.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-43",
									"maxclass": "comment",
									"text": "chord index name beats",
									"fontface": 1,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 608.0, 180.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-44",
									"maxclass": "comment",
									"text": "index 0 to 3: this bar's chords, 4 to 7: the next bar's",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [208.0, 608.0, 640.0, 22.0]
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
									"destination": ["obj-7", 0],
									"source": ["obj-6", 0]
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
									"destination": ["obj-8", 0],
									"source": ["obj-10", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-13", 0],
									"source": ["obj-7", 1]
								}
							},
							{
								"patchline": {
									"destination": ["obj-11", 0],
									"source": ["obj-13", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-16", 0],
									"source": ["obj-7", 2]
								}
							},
							{
								"patchline": {
									"destination": ["obj-14", 0],
									"source": ["obj-16", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-19", 0],
									"source": ["obj-7", 3]
								}
							},
							{
								"patchline": {
									"destination": ["obj-17", 0],
									"source": ["obj-19", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-21", 0],
									"source": ["obj-20", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-22", 0],
									"source": ["obj-21", 0]
								}
							}
						]
					},
					"patching_rect": [208.0, 16.0, 57.0, 22.0],
					"saved_object_attributes": {
						"globalpatchername": ""
					}
				}
			},
			{
				"box": {
					"id": "obj-4",
					"maxclass": "newobj",
					"text": "p controls",
					"numinlets": 0,
					"numoutlets": 0,
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
						"rect": [0.0, 26.0, 930.0, 664.0],
						"gridsize": [8.0, 8.0],
						"integercoordinates": 1,
						"openrect": [0.0, 0.0, 930.0, 664.0],
						"showontab": 1,
						"boxes": [
							{
								"box": {
									"id": "obj-1",
									"maxclass": "comment",
									"text": "obbligato: controls",
									"fontface": 1,
									"fontsize": 24.0,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 12.0, 600.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-2",
									"maxclass": "comment",
									"text": "param NAME VALUE, at any time. They hold until the bridge ends.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 48.0, 720.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-3",
									"maxclass": "newobj",
									"text": "s help-to-obbligato",
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 560.0, 116.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-4",
									"maxclass": "message",
									"text": "param temperature 0.8",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 88.0, 138.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-5",
									"maxclass": "comment",
									"text": "0 always the likeliest, above 1 freer",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 90.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-6",
									"maxclass": "message",
									"text": "param density -0.5",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 119.0, 115.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-7",
									"maxclass": "comment",
									"text": "-1 sparse ... 1 busy",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 121.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-8",
									"maxclass": "message",
									"text": "param low 36, param high 84",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 150.0, 172.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-9",
									"maxclass": "comment",
									"text": "the register, never left",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 152.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-10",
									"maxclass": "message",
									"text": "param seed 7, param lock 1",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 181.0, 165.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-11",
									"maxclass": "comment",
									"text": "same lead, same notes, every time",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 183.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-12",
									"maxclass": "message",
									"text": "param variation 3",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 212.0, 109.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-13",
									"maxclass": "comment",
									"text": "another accompaniment to the same lead",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 214.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-14",
									"maxclass": "message",
									"text": "param humanize 0.5",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 243.0, 126.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-15",
									"maxclass": "comment",
									"text": "0 on the grid ... 1 the learned timing",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 245.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-16",
									"maxclass": "message",
									"text": "param swing 0.6",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 274.0, 104.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-17",
									"maxclass": "comment",
									"text": "0 even eighths ... 1 the third triplet",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 276.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-18",
									"maxclass": "message",
									"text": "param style auto, param model default",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 305.0, 223.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-19",
									"maxclass": "comment",
									"text": "in the bridge's own words",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 307.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-20",
									"maxclass": "message",
									"text": "param progression \"C Am | F G\"",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 336.0, 188.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-21",
									"maxclass": "comment",
									"text": "the chords to keep to, a bar each",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 338.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-22",
									"maxclass": "message",
									"text": "param parts \"piano bass\"",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 367.0, 150.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-23",
									"maxclass": "comment",
									"text": "which instruments play",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 369.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-24",
									"maxclass": "message",
									"text": "param follow 1",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 398.0, 95.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-25",
									"maxclass": "comment",
									"text": "think again on every beat",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 400.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-26",
									"maxclass": "message",
									"text": "param port 7770",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 429.0, 103.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-27",
									"maxclass": "comment",
									"text": "where the bridge listens",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 431.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-28",
									"maxclass": "message",
									"text": "host 127.0.0.1",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 460.0, 91.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-29",
									"maxclass": "comment",
									"text": "a bridge on another machine",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 462.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-30",
									"maxclass": "message",
									"text": "token secret",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 491.0, 80.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-31",
									"maxclass": "comment",
									"text": "if that bridge was started with one",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 493.0, 420.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-32",
									"maxclass": "message",
									"text": "panic",
									"numinlets": 2,
									"numoutlets": 1,
									"outlettype": [""],
									"patching_rect": [16.0, 522.0, 44.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-33",
									"maxclass": "comment",
									"text": "silence, now",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [300.0, 524.0, 420.0, 22.0]
								}
							}
						],
						"lines": [
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-4", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-6", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-8", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-10", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-12", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-14", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-16", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-18", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-20", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-22", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-24", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-26", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-28", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-30", 0]
								}
							},
							{
								"patchline": {
									"destination": ["obj-3", 0],
									"source": ["obj-32", 0]
								}
							}
						]
					},
					"patching_rect": [304.0, 16.0, 67.0, 22.0],
					"saved_object_attributes": {
						"globalpatchername": ""
					}
				}
			},
			{
				"box": {
					"id": "obj-5",
					"maxclass": "newobj",
					"text": "p ?",
					"numinlets": 0,
					"numoutlets": 0,
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
						"rect": [0.0, 26.0, 930.0, 664.0],
						"gridsize": [8.0, 8.0],
						"integercoordinates": 1,
						"openrect": [0.0, 0.0, 930.0, 664.0],
						"showontab": 1,
						"boxes": [
							{
								"box": {
									"id": "obj-1",
									"maxclass": "comment",
									"text": "obbligato: more",
									"fontface": 1,
									"fontsize": 24.0,
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 12.0, 600.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-2",
									"maxclass": "comment",
									"text": "What it needs, and where to read on.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 48.0, 720.0, 22.0]
								}
							},
							{
								"box": {
									"id": "obj-3",
									"maxclass": "comment",
									"text": "The bridge is a Python program of this project; its README installs it. obbligato serve starts it. It listens on 127.0.0.1 only, unless told otherwise.",
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 104.0, 720.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-4",
									"maxclass": "comment",
									"text": "The first argument names the session: two obbligato objects of one name hear the same lead. The second is the bridge's port. Both may be left out.",
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 160.0, 720.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-5",
									"maxclass": "comment",
									"text": "Answers that come late lose what is past; nothing is ever shifted. What sounds always ends: on stop, on a jump, when the patch is closed.",
									"linecount": 2,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 216.0, 720.0, 36.0]
								}
							},
							{
								"box": {
									"id": "obj-6",
									"maxclass": "comment",
									"text": "In Ableton Live use the device Obbligato.amxd instead: it reads clips ahead and writes them.",
									"linecount": 1,
									"numinlets": 1,
									"numoutlets": 0,
									"patching_rect": [16.0, 272.0, 720.0, 22.0]
								}
							}
						],
						"lines": []
					},
					"patching_rect": [400.0, 16.0, 31.0, 22.0],
					"saved_object_attributes": {
						"globalpatchername": ""
					}
				}
			}
		],
		"lines": []
	}
}
