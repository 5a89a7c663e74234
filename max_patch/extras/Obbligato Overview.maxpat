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
		"rect": [100.0, 100.0, 760.0, 420.0],
		"bglocked": 1,
		"gridsize": [8.0, 8.0],
		"integercoordinates": 1,
		"boxes": [
			{
				"box": {
					"id": "obj-1",
					"maxclass": "comment",
					"text": "Obbligato",
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
					"text": "A live accompanist. A lead goes in, an accompaniment comes out, in time.",
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
					"text": "1   Install the bridge, as its README says.",
					"linecount": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [16.0, 88.0, 560.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-4",
					"maxclass": "comment",
					"text": "2   Start it: obbligato serve",
					"linecount": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [16.0, 114.0, 560.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-5",
					"maxclass": "comment",
					"text": "3   Open one of these:",
					"linecount": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [16.0, 140.0, 560.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-6",
					"maxclass": "newobj",
					"text": "pcontrol",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [16.0, 308.0, 58.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-7",
					"maxclass": "message",
					"text": "load obbligato.maxhelp",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [16.0, 176.0, 141.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-8",
					"maxclass": "comment",
					"text": "the object for your own patches, with everything it can do",
					"linecount": 1,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [280.0, 178.0, 340.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-9",
					"maxclass": "message",
					"text": "load \"Obbligato plays alone.maxpat\"",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [""],
					"patching_rect": [16.0, 232.0, 211.0, 22.0]
				}
			},
			{
				"box": {
					"id": "obj-10",
					"maxclass": "comment",
					"text": "a melody that plays itself and is accompanied, with Max's own synthesiser",
					"linecount": 2,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [280.0, 234.0, 340.0, 36.0]
				}
			},
			{
				"box": {
					"id": "obj-11",
					"maxclass": "comment",
					"text": "For Ableton Live: drag devices/Obbligato.amxd of this package onto a MIDI track, before the instrument.",
					"linecount": 2,
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [16.0, 344.0, 560.0, 36.0]
				}
			}
		],
		"lines": [
			{
				"patchline": {
					"destination": ["obj-6", 0],
					"source": ["obj-7", 0]
				}
			},
			{
				"patchline": {
					"destination": ["obj-6", 0],
					"source": ["obj-9", 0]
				}
			}
		]
	}
}
