// LiveAPI over a set that is plain data, as far as the script uses it:
// { own, tracks: [{ name, routing, playing, slots: [clip or null], arranged: [clip] }], detail: [track, slot] }.
// A clip: { notes, looping, loop_start, loop_end, start_marker, end_marker, start_time, end_time, launched, numerator,
// denominator }; `launched` is the song beat at which a slot's clip began to play at its start.

"use strict";

function liveApi(box) {
    const ids = [];                // id - 1 -> path
    const idOf = (path) => (ids.includes(path) ? ids.indexOf(path) : ids.push(path) - 1) + 1;

    function resolve(path) {
        // The device lies in a rack: its parents are a chain, the rack, and then the track.
        const inRack = "this_device canonical_parent canonical_parent canonical_parent";
        let p = path.trim().replace(inRack, "live_set tracks " + box.set.own);
        if (p === "live_set view detail_clip") {
            const [track, slot] = box.set.detail || [-1, -1];
            p = "live_set tracks " + track + " clip_slots " + slot + " clip";
        }
        return p;
    }

    function look(path) {
        let m;
        if (path === "live_set") { return { kind: "song" }; }
        if (path === "live_app") { return { kind: "app" }; }
        if (/^this_device( canonical_parent){1,2}$/.test(path)) { return { kind: "chain", data: {} }; }
        if ((m = /^live_set tracks (-?\d+)$/.exec(path))) {
            return { kind: "track", data: box.set.tracks[m[1]] };
        }
        if ((m = /^live_set tracks (-?\d+) clip_slots (-?\d+)$/.exec(path))) {
            const track = box.set.tracks[m[1]];
            return { kind: "slot", data: track && m[2] < track.slots.length ? { track, index: +m[2] } : undefined };
        }
        if ((m = /^live_set tracks (-?\d+) clip_slots (-?\d+) clip$/.exec(path))) {
            const track = box.set.tracks[m[1]];
            return { kind: "clip", data: (track && track.slots[m[2]]) || undefined };
        }
        if ((m = /^live_set tracks (-?\d+) arrangement_clips (-?\d+)$/.exec(path))) {
            const track = box.set.tracks[m[1]];
            return { kind: "clip", data: track && track.arranged && track.arranged[m[2]] };
        }
        throw new Error("no such path in a set: " + path);
    }

    function beatsSongTime(song) {
        const into = song.beats - song.bar_start;
        const sixteenths = Math.floor(into * 4 + 1e-9);
        const perBeat = 16 / song.denominator;
        return [song.bar, Math.floor(sixteenths / perBeat) + 1, (sixteenths % perBeat) + 1,
            Math.floor((into * 4 - sixteenths) * 60 + 1e-6)].join(".");
    }

    const songHas = {
        is_playing: (song) => (song.playing ? 1 : 0), tempo: (song) => song.tempo,
        signature_numerator: (song) => song.numerator, signature_denominator: (song) => song.denominator,
        current_song_time: (song) => song.beats, loop: (song) => (song.loop ? 1 : 0),
        loop_start: (song) => song.loop[0], loop_length: (song) => song.loop[1] - song.loop[0],
    };
    const clipHas = {
        is_midi_clip: () => 1, looping: (c) => (c.looping ? 1 : 0), loop_start: (c) => c.loop_start,
        loop_end: (c) => c.loop_end, start_marker: (c) => c.start_marker || 0,
        end_marker: (c) => (c.end_marker === undefined ? c.loop_end : c.end_marker),
        start_time: (c) => c.start_time, end_time: (c) => c.end_time,
        signature_numerator: (c) => c.numerator || 4, signature_denominator: (c) => c.denominator || 4,
        playing_position: (c) => {
            const at = box.song.beats - (c.launched || 0) + (c.start_marker || 0);
            const lap = c.loop_end - c.loop_start;
            return c.looping && at >= c.loop_end ? c.loop_start + ((at - c.loop_start) % lap) : at;
        },
    };

    class LiveAPI {
        constructor(callback, path) { this.path = path; }
        set path(path) { this._path = resolve(path); }
        get path() { return '"' + this._path + '"'; }
        get unquotedpath() { return this._path; }
        set id(id) { this._path = ids[id - 1]; }
        get id() {
            const found = look(this._path);
            return found.kind === "song" || found.kind === "app" || found.data ? String(idOf(this._path)) : "0";
        }
        get type() {
            const names = { song: "Song", app: "Application", track: "Track", slot: "ClipSlot", clip: "Clip", chain: "Chain" };
            return names[look(this._path).kind];
        }
        get info() { return "function begin_undo_step\nfunction end_undo_step"; }

        get(name) {
            const { kind, data } = look(this._path);
            if (kind === "song") { return [songHas[name](box.song)]; }
            if (kind === "track") {
                if (name === "name") { return [data.name]; }
                if (name === "playing_slot_index") { return [data.playing === undefined ? -1 : data.playing]; }
                if (name === "input_routing_type") {
                    return [JSON.stringify({ input_routing_type: { display_name: data.routing || "All Ins", identifier: 1 } })];
                }
            }
            if (kind === "slot" && name === "has_clip") { return [data.track.slots[data.index] ? 1 : 0]; }
            if (kind === "clip") { return [clipHas[name](data)]; }
            throw new Error(kind + " has no property " + name);
        }

        getcount(name) {
            const { kind, data } = look(this._path);
            const lists = kind === "song" ? box.set : { clip_slots: data.slots, arrangement_clips: data.arranged || [] };
            return lists[name].length;
        }

        set(name, value) {
            const { kind, data } = look(this._path);
            if (kind !== "clip" || name !== "name") { throw new Error("cannot set " + kind + " " + name); }
            data.name = value;
        }

        call(name, ...args) {
            const { kind, data } = look(this._path);
            box.called.push(name);
            if (kind === "app" && name === "get_major_version") { return 12; }
            if (kind === "song" && name === "get_current_beats_song_time") { return beatsSongTime(box.song); }
            if (kind === "song" && /^(begin|end)_undo_step$/.test(name)) { return 0; }
            if (kind === "slot" && name === "create_clip") {
                if (data.track.slots[data.index]) { throw new Error("there is a clip in this slot"); }
                data.track.slots[data.index] = { notes: [], looping: true, loop_start: 0, loop_end: args[0] };
                return 0;
            }
            if (kind === "clip" && name === "add_new_notes") {
                data.notes = data.notes.concat(args[0].notes);
                return 0;
            }
            if (kind === "clip" && name === "get_notes_extended") {
                const [lowest, span, from, length] = args;
                const inside = (n) => n.start_time >= from - 1e-9 && n.start_time < from + length - 1e-9
                    && n.pitch >= lowest && n.pitch < lowest + span;
                return JSON.stringify({ notes: data.notes.filter(inside) });
            }
            throw new Error(kind + " has no function " + name);
        }
    }
    box.called = [];
    return LiveAPI;
}

module.exports = { liveApi };
