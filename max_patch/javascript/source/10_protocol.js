// The wire, protocol 1: one table, and argument lists to and from plain objects. It knows no socket and no Max.
// A place is "type name"; `v` is a control's value, which may be any of i, f, s. `each` repeats to the end.

var Protocol = (function () {
    "use strict";

    var NUMBER = 1;
    var NOTE = ["i pitch", "f onset", "f duration", "i velocity"];
    var CLIENT = {
        "/hello": { places: ["i protocol", "s session", "i reply_port", "s role", "s token"], each: [] },
        "/lead": {
            places: ["s session", "i seq", "i bar", "i numerator", "i denominator", "f tempo", "i ahead", "f known"],
            each: NOTE
        },
        "/set": { places: ["s session", "s name", "v value"], each: [] },
        "/get": { places: ["s session", "s name"], each: [] },
        "/reset": { places: ["s session"], each: [] },
        "/ping": { places: ["s session", "i n"], each: [] },
        "/bye": { places: ["s session"], each: [] }
    };
    var BRIDGE = {
        "/welcome": {
            places: ["i protocol", "s session", "s version", "s model", "i ready", "i bars"], each: []
        },
        "/accompaniment": {
            places: ["s session", "i seq", "i bar", "i index", "i count", "s part", "i numerator", "i denominator"],
            each: NOTE
        },
        "/chords": { places: ["s session", "i seq", "i bar"], each: ["f beat", "s name"] },
        "/value": { places: ["s session", "s name", "v value"], each: [] },
        "/control": {
            places: ["s session", "s name", "s type", "f min", "f max", "v value", "s text"], each: []
        },
        "/ack": { places: ["s session", "s address", "i seq"], each: [] },
        "/pong": { places: ["s session", "i n"], each: [] },
        "/status": {
            places: ["s session", "i ready", "i bars", "i late", "f median_ms", "f p99_ms"], each: []
        },
        "/error": { places: ["s session", "i seq", "s code", "s text"], each: [] },
        "/bye": { places: ["s session"], each: [] }
    };

    // An object to [address, argument, ...]; what repeats is in `message.each`.
    function build(address, message) {
        var row = CLIENT[address];
        var list = [address];
        var groups = message.each || [];
        var i, j;
        for (i = 0; i < row.places.length; i += 1) {
            list.push(message[row.places[i].slice(2)]);
        }
        for (i = 0; i < groups.length; i += 1) {
            for (j = 0; j < row.each.length; j += 1) {
                list.push(groups[i][row.each[j].slice(2)]);
            }
        }
        return list;
    }

    // Whether Max's atom fits a place. Max hands an OSC string of digits on as a symbol, and a float as a number.
    function fits(type, value) {
        if (type === "s") {
            return typeof value === "string";
        }
        if (type === "v") {
            return typeof value === "string" || (typeof value === "number" && isFinite(value));
        }
        if (typeof value !== "number" || !isFinite(value)) {
            return false;
        }
        return type === "f" || value === Math.floor(value);
    }

    function take(places, args, from) {
        var taken = {};
        var i, place;
        for (i = 0; i < places.length; i += 1) {
            place = places[i];
            if (!fits(place.charAt(0), args[from + i])) {
                return null;
            }
            taken[place.slice(2)] = args[from + i];
        }
        return taken;
    }

    // A message of the bridge as an object, its address in `to`; null where it is none (another version, a stray packet).
    function parse(address, args) {
        var row = BRIDGE.hasOwnProperty(address) ? BRIDGE[address] : null;
        var size = row ? row.each.length : 0;
        var message, rest, i, group;
        if (!row || args.length < row.places.length) {
            return null;
        }
        rest = args.length - row.places.length;
        if (size ? rest % size !== 0 : rest !== 0) {
            return null;
        }
        message = take(row.places, args, 0);
        if (message === null) {
            return null;
        }
        message.to = address;
        if (size) {
            message.each = [];
            for (i = row.places.length; i < args.length; i += size) {
                group = take(row.each, args, i);
                if (group === null) {
                    return null;
                }
                message.each.push(group);
            }
        }
        return message;
    }

    return { NUMBER: NUMBER, CLIENT: CLIENT, BRIDGE: BRIDGE, build: build, parse: parse };
}());
