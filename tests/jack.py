"""A sound server without a sound card, and what is heard of a loop that plays through it.

As a program, inside the server's environment: plays a loop in which every sample is its own number,
through a real duplex stream whose output is led back to its input, and prints what came back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

from watching import until

RATE = 48000


@contextmanager
def jack_server(period: int = 512):
    """The environment in which clients find a `jackd` of their own."""
    # One of few: a killed server's place in JACK's registry goes to the next of its name.
    name = f"ditto-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    environment = {
        **os.environ,
        "JACK_DEFAULT_SERVER": name,
        "JACK_NO_AUDIO_RESERVATION": "1",
        "JACK_NO_START_SERVER": "1",
    }
    # Synchronous, and patient with clients: on a busy machine it is late rather than incomplete.
    line = ["jackd", "--name", name, "--no-realtime", "--sync", "--timeout", "10000"]
    line += ["-d", "dummy", "-r", str(RATE), "-p", str(period)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    server = subprocess.Popen(line, **quiet)
    try:
        until(lambda: subprocess.run(["jack_lsp"], **quiet, check=False).returncode == 0)
        yield environment
    finally:
        server.terminate()
        try:
            server.wait(2)
        except subprocess.TimeoutExpired:  # a client has been killed, and it waits for that
            server.kill()
            server.wait()


def heard(frames: int, wraps: int) -> dict[str, int]:
    """Play `wraps` rounds of a loop of so many frames; how many frames came back, and in how many
    places the one after a frame was not its successor."""
    import numpy as np
    import sounddevice

    from ditto_daw.live.loop_player import LoopPlayer

    # From 1, so that silence before the connection is told from the first frame.
    loop = np.arange(1, frames + 1, dtype=np.float32)[:, None] / 2**20
    player, blocks = LoopPlayer([loop]), []

    def callback(given, out, count, time, status):
        player.fill(out)
        blocks.append(given.copy())

    with sounddevice.Stream(RATE, channels=1, dtype="float32", callback=callback) as stream:
        ports = subprocess.run(["jack_lsp"], capture_output=True, text=True, check=True).stdout
        own = [port for port in ports.split() if "system" not in port]
        leave = next(port for port in own if "out" in port)
        enter = next(port for port in own if "in" in port.rsplit(":", 1)[1])
        subprocess.run(["jack_disconnect", "system:capture_1", enter], check=False)
        subprocess.run(["jack_connect", leave, enter], check=True)
        first = len(blocks)
        until(lambda: sum(map(len, blocks[first:])) > frames * wraps + 4 * 4096, 120)
        assert stream.active
    sequence = np.rint(np.concatenate(blocks)[:, 0] * 2**20).astype(int)
    sequence = sequence[np.argmax(sequence > 0) :][: frames * wraps + 1]
    gaps = (sequence[1:] - sequence[:-1]) % frames != 1 % frames
    return {"frames": len(sequence), "gaps": int(gaps.sum()), "silent": int((sequence == 0).sum())}


if __name__ == "__main__":
    print(json.dumps(heard(int(sys.argv[1]), int(sys.argv[2]))))
