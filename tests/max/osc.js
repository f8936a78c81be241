// OSC as Max speaks it: udpsend writes ints of 32 bits, floats of 32 bits and symbols; udpreceive
// reads the same and nothing else that this device would understand.
"use strict";

function padded(text) {
    const bytes = Buffer.from(`${text}\0`, "utf8");
    return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** One message from its words, the first of which is the address. Throws at what no atom can be. */
function encode([address, ...atoms]) {
    let tags = ",";
    const parts = [];
    for (const atom of atoms) {
        const cell = Buffer.alloc(4);
        if (typeof atom === "string") {
            tags += "s";
            parts.push(padded(atom));
            continue;
        }
        if (typeof atom !== "number" || !Number.isFinite(atom)) {
            throw new Error(`${address}: ${String(atom)} is no atom of Max`);
        }
        if (Number.isInteger(atom)) {
            tags += "i";
            cell.writeInt32BE(atom);
        } else {
            tags += "f";
            cell.writeFloatBE(atom);
        }
        parts.push(cell);
    }
    return Buffer.concat([padded(address), padded(tags), ...parts]);
}

/** The words of one message. */
function decode(packet) {
    let at = 0;
    const text = () => {
        const end = packet.indexOf(0, at);
        const found = packet.toString("utf8", at, end);
        at = end + 4 - ((end - at) % 4);
        return found;
    };
    const words = [text()];
    if (at >= packet.length) {
        return words;
    }
    for (const tag of text().slice(1)) {
        if (tag === "s") {
            words.push(text());
        } else if (tag === "i") {
            words.push(packet.readInt32BE(at));
            at += 4;
        } else if (tag === "f") {
            words.push(packet.readFloatBE(at));
            at += 4;
        } else {
            throw new Error(`${words[0]} has type ${tag}, which Max does not read`);
        }
    }
    return words;
}

module.exports = { decode, encode };
