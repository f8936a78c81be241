// A job from node, start to end, with a codec written by hand: node peer.js PORT
"use strict";

const dgram = require("dgram");
const { decode, encode } = require("./osc");
const { job } = require("./small_job");

const socket = dgram.createSocket("udp4");
const say = (...words) => socket.send(encode(words), Number(process.argv[2]), "127.0.0.1");
job(say, (listener) => socket.on("message", (packet) => listener(decode(packet)))).then((takes) => {
    console.log(JSON.stringify(takes));
    socket.close();
});
