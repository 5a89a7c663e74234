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
		"rect": [100.0, 100.0, 760.0, 678.0],
		"gridsize": [8.0, 8.0],
		"integercoordinates": 1,
		"boxes": [
			{
				"box": {
					"id": "obj-1",
					"maxclass": "comment",
					"text": "Obbligato plays alone",
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
					"text": "The lead is Beethoven's. The accompaniment is not.",
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
					"text": "1   In a terminal: obbligato serve",
					"linecount": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [400.0, 96.0, 320.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-4",
					"maxclass": "comment",
					"text": "2   Switch on the transport here. The second bar is the first that is accompanied.",
					"linecount": 2,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [400.0, 122.0, 320.0, 36.0]
				}
			},
			{
				"box": {
					"id": "obj-5",
					"maxclass": "toggle",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": ["int"],
					"patching_rect": [16.0, 96.0, 24.0, 24.0]
				}
			},
			{
				"box": {
					"id": "obj-6",
					"maxclass": "newobj",
					"text": "transport",
					"numinlets": 2,
					"numoutlets": 9,
					"outlettype": ["int", "int", "float", "float", "float", "", "int", "float", ""],
					"patching_rect": [16.0, 128.0, 200.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-7",
					"maxclass": "newobj",
					"text": "metro @interval 480 ticks @quantize 480 ticks @active 1",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": ["bang"],
					"patching_rect": [16.0, 176.0, 322.0, 22.0]
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
					"patching_rect": [16.0, 208.0, 240.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-9",
					"maxclass": "newobj",
					"text": "+ 240.",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": ["float"],
					"patching_rect": [184.0, 240.0, 56.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-10",
					"maxclass": "newobj",
					"text": "/ 480.",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": ["float"],
					"patching_rect": [184.0, 272.0, 56.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-11",
					"maxclass": "newobj",
					"text": "int",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": ["int"],
					"patching_rect": [184.0, 304.0, 40.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-12",
					"maxclass": "newobj",
					"text": "coll @embed 1",
					"coll_data": {
						"count": 60,
						"data": [
							{
								"key": 0,
								"value": [64]
							},
							{
								"key": 1,
								"value": [64]
							},
							{
								"key": 2,
								"value": [65]
							},
							{
								"key": 3,
								"value": [67]
							},
							{
								"key": 4,
								"value": [67]
							},
							{
								"key": 5,
								"value": [65]
							},
							{
								"key": 6,
								"value": [64]
							},
							{
								"key": 7,
								"value": [62]
							},
							{
								"key": 8,
								"value": [60]
							},
							{
								"key": 9,
								"value": [60]
							},
							{
								"key": 10,
								"value": [62]
							},
							{
								"key": 11,
								"value": [64]
							},
							{
								"key": 12,
								"value": [64]
							},
							{
								"key": 14,
								"value": [62]
							},
							{
								"key": 15,
								"value": [62]
							},
							{
								"key": 16,
								"value": [64]
							},
							{
								"key": 17,
								"value": [64]
							},
							{
								"key": 18,
								"value": [65]
							},
							{
								"key": 19,
								"value": [67]
							},
							{
								"key": 20,
								"value": [67]
							},
							{
								"key": 21,
								"value": [65]
							},
							{
								"key": 22,
								"value": [64]
							},
							{
								"key": 23,
								"value": [62]
							},
							{
								"key": 24,
								"value": [60]
							},
							{
								"key": 25,
								"value": [60]
							},
							{
								"key": 26,
								"value": [62]
							},
							{
								"key": 27,
								"value": [64]
							},
							{
								"key": 28,
								"value": [62]
							},
							{
								"key": 30,
								"value": [60]
							},
							{
								"key": 31,
								"value": [60]
							},
							{
								"key": 32,
								"value": [62]
							},
							{
								"key": 33,
								"value": [62]
							},
							{
								"key": 34,
								"value": [64]
							},
							{
								"key": 35,
								"value": [60]
							},
							{
								"key": 36,
								"value": [62]
							},
							{
								"key": 37,
								"value": [65]
							},
							{
								"key": 38,
								"value": [64]
							},
							{
								"key": 39,
								"value": [60]
							},
							{
								"key": 40,
								"value": [62]
							},
							{
								"key": 41,
								"value": [65]
							},
							{
								"key": 42,
								"value": [64]
							},
							{
								"key": 43,
								"value": [62]
							},
							{
								"key": 44,
								"value": [60]
							},
							{
								"key": 45,
								"value": [62]
							},
							{
								"key": 46,
								"value": [55]
							},
							{
								"key": 48,
								"value": [64]
							},
							{
								"key": 49,
								"value": [64]
							},
							{
								"key": 50,
								"value": [65]
							},
							{
								"key": 51,
								"value": [67]
							},
							{
								"key": 52,
								"value": [67]
							},
							{
								"key": 53,
								"value": [65]
							},
							{
								"key": 54,
								"value": [64]
							},
							{
								"key": 55,
								"value": [62]
							},
							{
								"key": 56,
								"value": [60]
							},
							{
								"key": 57,
								"value": [60]
							},
							{
								"key": 58,
								"value": [62]
							},
							{
								"key": 59,
								"value": [64]
							},
							{
								"key": 60,
								"value": [62]
							},
							{
								"key": 62,
								"value": [60]
							},
							{
								"key": 63,
								"value": [60]
							}
						]
					},
					"numinlets": 1,
					"numoutlets": 4,
					"outlettype": ["", "", "", ""],
					"patching_rect": [184.0, 368.0, 104.0, 22.0],
					"saved_object_attributes": {
						"embed": 1,
						"precision": 6
					}
				}
			},
			{
				"box": {
					"id": "obj-13",
					"maxclass": "newobj",
					"text": "% 64",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": ["int"],
					"patching_rect": [184.0, 336.0, 56.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-14",
					"maxclass": "newobj",
					"text": "makenote 90 450 @repeatmode 2",
					"numinlets": 3,
					"numoutlets": 2,
					"outlettype": ["float", "float"],
					"patching_rect": [184.0, 400.0, 208.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-15",
					"maxclass": "newobj",
					"text": "pack 0 0",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [184.0, 432.0, 128.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-16",
					"maxclass": "newobj",
					"text": "t l l",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": ["", ""],
					"patching_rect": [184.0, 464.0, 128.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-17",
					"maxclass": "newobj",
					"text": "obbligato alone",
					"numinlets": 1,
					"numoutlets": 3,
					"outlettype": ["", "", ""],
					"patching_rect": [16.0, 512.0, 200.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-18",
					"maxclass": "newobj",
					"text": "unpack 0 0",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": ["int", "int"],
					"patching_rect": [304.0, 496.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-19",
					"maxclass": "newobj",
					"text": "noteout 1",
					"numinlets": 3,
					"numoutlets": 0,
					"patching_rect": [304.0, 528.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-20",
					"maxclass": "comment",
					"text": "the lead",
					"linecount": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [392.0, 530.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-21",
					"maxclass": "newobj",
					"text": "unpack 0 0",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": ["int", "int"],
					"patching_rect": [16.0, 552.0, 80.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-22",
					"maxclass": "newobj",
					"text": "noteout 2",
					"numinlets": 3,
					"numoutlets": 0,
					"patching_rect": [16.0, 592.0, 88.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-23",
					"maxclass": "comment",
					"text": "the accompaniment",
					"linecount": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [112.0, 592.0, 160.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-24",
					"maxclass": "newobj",
					"text": "route advice",
					"numinlets": 2,
					"numoutlets": 2,
					"outlettype": ["", ""],
					"patching_rect": [400.0, 568.0, 88.0, 22.0]
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
					"patching_rect": [400.0, 600.0, 78.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-26",
					"maxclass": "message",
					"text": "-",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [400.0, 632.0, 330.0, 22.0]
				}
			}
		],
		"lines": [
			{
				"patchline": {
					"destination": ["obj-6", 0],
					"source": ["obj-5", 0]
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
					"destination": ["obj-9", 0],
					"source": ["obj-8", 7]
				}
			},
			{
				"patchline": {
					"destination": ["obj-10", 0],
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
					"destination": ["obj-13", 0],
					"source": ["obj-11", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-12", 0],
					"source": ["obj-13", 0]
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
					"destination": ["obj-15", 0],
					"source": ["obj-14", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-15", 1],
					"source": ["obj-14", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-16", 0],
					"source": ["obj-15", 0]
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
					"source": ["obj-16", 1]
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
					"source": ["obj-18", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-21", 0],
					"source": ["obj-17", 0]
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
					"destination": ["obj-22", 1],
					"source": ["obj-21", 1]
				}
			},
			{
				"patchline": {
					"destination": ["obj-24", 0],
					"source": ["obj-17", 1]
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
					"destination": ["obj-26", 0],
					"source": ["obj-25", 0]
				}
			}
		]
	}
}
