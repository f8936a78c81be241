// What a small client does: build a job, follow it, acknowledge its end. Resolves with the takes.
"use strict";

const ID = `from-node-${process.pid}`;
const BUILD = [
    ["/ditto/job/new", ID],
    ["/ditto/job/set", ID, "kind", "loop"],
    ["/ditto/job/set", ID, "bars", 2],
    ["/ditto/job/set", ID, "roles", "drums", "bass"],
    ["/ditto/job/tempo", ID, 0, 1, 0, 124.5],
    ["/ditto/job/points", ID, 0, 1, 0, 0.25, 8, 0.75],
    ["/ditto/job/set", ID, "curve.unit", "unit"],
];

function job(say, on) {
    return new Promise((resolve, reject) => {
        const takes = [];
        let answered = 0;
        on(([address, ...words]) => {
            if (address === "/ditto/hello.reply") {
                BUILD.forEach((message) => say(...message));
            } else if (address === "/ditto/job/ok" && (answered += 1) === BUILD.length) {
                say("/ditto/job/submit", ID);
            } else if (address === "/ditto/job/take") {
                takes[words[1]] = { path: words[2], samples: words[4] };
            } else if (address === "/ditto/job/done") {
                say("/ditto/ack", ID);
                resolve(takes);
            } else if (address === "/ditto/fail" || address === "/ditto/job/fail") {
                reject(new Error(words.join(" ")));
            }
        });
        say("/ditto/hello", `node-${process.pid}`);
    });
}

module.exports = { job };
