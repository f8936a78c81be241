// The daemon with the tests' engine, as tests/probe.py starts it. DITTO_PYTHON names the Python.
"use strict";

const { spawn } = require("child_process");
const dgram = require("dgram");
const fs = require("fs");
const os = require("os");
const path = require("path");

const TESTS = path.join(__dirname, "..");

function freePort() {
    return new Promise((done) => {
        const socket = dgram.createSocket("udp4");
        socket.bind(0, "127.0.0.1", () => {
            const { port } = socket.address();
            socket.close(() => done(port));
        });
    });
}

class Daemon {
    constructor() {
        this.results = fs.mkdtempSync(path.join(os.tmpdir(), "ditto-max-"));
        this.process = null;
    }

    async start(engine = "load", port = 0) {
        this.port = port || (await freePort());
        const words = ["-m", "ditto_daw.cli", "serve", "--port", this.port, "--results", this.results];
        const paths = [TESTS, process.env.PYTHONPATH].filter(Boolean).join(path.delimiter);
        this.process = spawn(
            process.env.DITTO_PYTHON ?? "python3",
            [...words, "--engine", `fake_engine:${engine}`].map(String),
            { env: { ...process.env, PYTHONPATH: paths }, stdio: ["ignore", "pipe", "pipe"] },
        );
        let said = "";
        await new Promise((done, failed) => {
            const read = (text) => {
                said += text;
                if (/listens on/.test(said)) {
                    done();
                }
            };
            this.process.stdout.on("data", read);
            this.process.stderr.on("data", read);
            this.process.on("exit", () => failed(new Error(`the daemon did not come up: ${said}`)));
        });
        return this;
    }

    /** As a crash does: no goodbye. */
    async kill() {
        const gone = new Promise((done) => this.process.removeAllListeners("exit").on("exit", done));
        this.process.kill("SIGKILL");
        await gone;
    }

    async restart(engine = "load") {
        await this.start(engine, this.port);
    }

    /** Ids in the order in which the engine began them. */
    renders() {
        const log = path.join(this.results, "renders.log");
        return fs.existsSync(log) ? fs.readFileSync(log, "utf8").split(/\s+/).filter(Boolean) : [];
    }

    async stop() {
        if (this.process.exitCode === null && this.process.signalCode === null) {
            await this.kill();
        }
        fs.rmSync(this.results, { recursive: true, force: true });
    }
}

module.exports = { Daemon };
