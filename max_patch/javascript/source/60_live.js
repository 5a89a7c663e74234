// What is read from Live and written to it. Every access is guarded: a set without such a track, clip or property is
// nothing to fail about. Few LiveAPI objects are kept and pointed elsewhere by id; none is made before live.thisdevice.

var Live = (function () {
    "use strict";

    var DEVICE = "this_device";
    var DEEPEST_RACK = 8;
    var CLIP_NOTES_SINCE = 11;     // get_notes_extended

    // `make(path)` gives a LiveAPI object; handed in, so that this can be tried without Live.
    function Set(make) {
        this.make = make;
        this.song = make("live_set");
        this.one = make("live_set");       // pointed at whatever is looked at
        this.other = make("live_set");
        this.version = number(make("live_app").call("get_major_version"));
    }

    function first(value) {
        return Array.isArray(value) ? value[0] : value;
    }

    function number(value) {
        return Number(first(value));
    }

    // Max gives ids as ["id", 5].
    function idOf(value) {
        return Array.isArray(value) ? Number(value[1]) : 0;
    }

    // Dictionaries come as JSON text, from some versions as objects.
    function dictionary(value) {
        var text = first(value);
        if (typeof text === "object" && text !== null) {
            return text;
        }
        try {
            return JSON.parse(String(text));
        } catch (e) {
            return {};
        }
    }

    Set.prototype.at = function (api, id) {
        api.id = id;
        return api;
    };

    Set.prototype.idAt = function (path) {
        this.one.path = path;
        return Number(this.one.id);
    };

    // The track that the device lies on, however deep in racks.
    Set.prototype.ownTrack = function () {
        var path = DEVICE;
        var i;
        for (i = 0; i < DEEPEST_RACK; i += 1) {
            path += " canonical_parent";
            this.one.path = path;
            if (String(this.one.type) === "Track") {
                return Number(this.one.id);
            }
        }
        return 0;
    };

    // The track that sends its MIDI here, by the name in MIDI From; the device's own track where it only listens.
    Set.prototype.leadTrack = function (isOwn) {
        var own = this.ownTrack();
        var routing, name, count, i, id;
        if (isOwn || !own) {
            return own;
        }
        routing = dictionary(this.one.get("input_routing_type"));
        name = (routing.input_routing_type || routing).display_name;
        if (!name) {
            return 0;
        }
        count = this.song.getcount("tracks");
        for (i = 0; i < count; i += 1) {
            id = this.idAt("live_set tracks " + i);
            if (id !== own && String(first(this.one.get("name"))) === name) {
                return id;
            }
        }
        return 0;
    };

    // The clip that the track plays at a song position (beats), as Clip.bar wants it; null if none does.
    Set.prototype.clipAt = function (track, beats) {
        var slot, count, i, id, start;
        if (!track || this.version < CLIP_NOTES_SINCE) {
            return null;
        }
        slot = number(this.at(this.one, track).get("playing_slot_index"));
        if (slot >= 0) {
            this.one.path = this.one.unquotedpath + " clip_slots " + slot + " clip";
            return this.playing(Number(this.one.id), false, beats);
        }
        count = this.one.getcount("arrangement_clips");
        for (i = 0; i < count; i += 1) {
            this.at(this.one, track);
            this.one.path = this.one.unquotedpath + " arrangement_clips " + i;
            id = Number(this.one.id);
            start = number(this.one.get("start_time"));
            if (beats >= start - 1e-6 && beats < number(this.one.get("end_time")) - 1e-6) {
                return this.playing(id, true, beats);
            }
        }
        return null;
    };

    Set.prototype.playing = function (id, isArranged, beats) {
        var clip, live;
        if (!id) {
            return null;
        }
        clip = this.at(this.other, id);
        if (!number(clip.get("is_midi_clip"))) {
            return null;
        }
        live = {
            isLooping: number(clip.get("looping")) === 1,
            loopStart: number(clip.get("loop_start")),
            loopEnd: number(clip.get("loop_end")),
            end: number(clip.get("end_marker")),
            position: number(clip.get("playing_position")),
            at: number(this.song.get("current_song_time")),
            notes: function (from, span) {
                return dictionary(clip.call("get_notes_extended", 0, 128, from, span)).notes || [];
            }
        };
        if (isArranged) {
            live.at = number(clip.get("start_time"));
            live.position = number(clip.get("start_marker"));
            live.end = live.position + number(clip.get("end_time")) - live.at;
        } else if (!live.isLooping) {
            live.end = live.loopEnd;       // without a loop these two are where the clip begins and ends
        }
        return beats < live.at - 1e-6 && isArranged ? null : live;
    };

    // { number, start } of the bar at the song's position as Live counts it, in ticks; null if it does not say.
    Set.prototype.barNow = function () {
        var beats = number(this.song.get("current_song_time"));
        var parts = String(first(this.song.call("get_current_beats_song_time"))).split(".");
        var denominator = number(this.song.get("signature_denominator"));
        var sixteenths, line;
        if (parts.length < 3 || !isFinite(beats) || !(denominator > 0)) {
            return null;
        }
        // Bar lines lie on sixteenths. The fourth number counts 60 to a sixteenth; should a version count otherwise,
        // the third still says which sixteenth it is.
        sixteenths = (Number(parts[1]) - 1) * 16 / denominator + Number(parts[2]) - 1;
        line = beats * 4 - sixteenths - Number(parts[3] || 0) / 60;
        if (Math.abs(line - Math.round(line)) > 0.05) {
            line = Math.floor(beats * 4 - sixteenths + 1e-6);
        }
        return isFinite(line) ? { number: Number(parts[0]) - 1, start: Math.round(line) * 120 } : null;
    };

    // The bar in which Play would begin, with metre and tempo; null if Live does not say.
    Set.prototype.standing = function () {
        var bar = this.barNow();
        if (bar) {
            bar.numerator = number(this.song.get("signature_numerator"));
            bar.denominator = number(this.song.get("signature_denominator"));
            bar.tempo = number(this.song.get("tempo"));
        }
        return bar;
    };

    Set.prototype.loop = function () {
        var start;
        if (!number(this.song.get("loop"))) {
            return null;
        }
        start = number(this.song.get("loop_start"));
        return { start: start * 480, end: (start + number(this.song.get("loop_length"))) * 480 };
    };

    // The clip that is selected, for Write clip; null if it is no MIDI clip.
    Set.prototype.selected = function () {
        var clip = this.other;
        var start, length;
        clip.path = "live_set view detail_clip";
        if (!Number(clip.id) || !number(clip.get("is_midi_clip")) || this.version < CLIP_NOTES_SINCE) {
            return null;
        }
        start = number(clip.get("loop_start"));
        length = number(clip.get("loop_end")) - start;
        if (!(length > 0)) {
            return null;
        }
        return {
            id: Number(clip.id), length: length, tempo: number(this.song.get("tempo")),
            numerator: number(clip.get("signature_numerator")), denominator: number(clip.get("signature_denominator")),
            notes: (dictionary(clip.call("get_notes_extended", 0, 128, start, length)).notes || []).map(function (n) {
                return {
                    pitch: n.pitch, start_time: n.start_time - start, duration: n.duration, velocity: n.velocity,
                    mute: n.mute
                };
            })
        };
    };

    // The row of the lead's clip, if it lies in one: the new clip goes beside it or below.
    Set.prototype.rowOf = function (clipId) {
        var match;
        this.at(this.one, clipId);
        match = /clip_slots (\d+)/.exec(String(this.one.unquotedpath));
        return match ? Number(match[1]) : 0;
    };

    // A new clip with these notes in the first free slot of the own track from `row` on. Returns whether there was one.
    // Never overwrites; one step of undo where Live can join steps.
    Set.prototype.write = function (notes, length, row, name) {
        var own = this.ownTrack();
        var path = String(this.one.unquotedpath);
        var count = own ? this.one.getcount("clip_slots") : 0;
        var canJoin = String(this.song.info).indexOf("begin_undo_step") >= 0;
        var i;
        for (i = row; i < count; i += 1) {
            this.one.path = path + " clip_slots " + i;
            if (!number(this.one.get("has_clip"))) {
                if (canJoin) {
                    this.song.call("begin_undo_step");
                }
                this.one.call("create_clip", length);
                this.other.path = path + " clip_slots " + i + " clip";
                if (Number(this.other.id)) {
                    this.other.call("add_new_notes", { notes: notes });
                    this.other.set("name", name);
                }
                if (canJoin) {
                    this.song.call("end_undo_step");
                }
                return Number(this.other.id) > 0;
            }
        }
        return false;
    };

    return { Set: Set };
}());
