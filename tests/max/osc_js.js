// The same with the npm package osc: node osc_js.js PORT
"use strict";

const osc = require("osc");
const { job } = require("./small_job");

const port = new osc.UDPPort({
    localAddress: "127.0.0.1",
    localPort: 0,
    remoteAddress: "127.0.0.1",
    remotePort: Number(process.argv[2]),
});

function typed(word) {
    const type = typeof word === "string" ? "s" : Number.isInteger(word) ? "i" : "f";
    return { type, value: word };
}

const say = (address, ...words) => port.send({ address, args: words.map(typed) });
port.on("ready", () => {
    const on = (listener) => port.on("message", ({ address, args }) => listener([address, ...args]));
    job(say, on).then((takes) => {
        console.log(JSON.stringify(takes));
        port.close();
    });
});
port.open();
