"""The figures of bridge/reaper/README.md: `python tests/reaper_figures.py [runs]`.

They are those of the scripts in the stand-in of REAPER, with the watcher and a daemon whose engine
renders tones: what is measured is the way there and back, and REAPER's share of it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from ditto_bridge.spool import Spool
from probe import serving
from reaper_host import ENGINE, SLOW, Host, Playing, hosting, said_after
from watching import daemon_in, reply_in, until, watching

BIG = """
song.tempo = 120
local keys, notes = project.track(song, "Keys"), {}
for index = 0, 1999 do
  notes[index + 1] = { index / 100, index / 100 + 0.01, 40 + index % 40, 99, 0 }
end
project.midi(keys, notes, { D_LENGTH = 10 }).selected = true
project.envelope(keys, "Volume", {}, function(time) return 0.5 + time / 30 end,
  { chunk = "<VOLENV2" })
set({ lane = "Volume", variations = 8 })
scene.ready()
press("New Loop")
"""


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for transport in ("spool", "osc"):
        with tempfile.TemporaryDirectory() as folder, hosting(Path(folder)) as host:
            host.transport = transport
            told = [host.play(SLOW + 'press("New Loop")') for _ in range(runs)]
            told += [host.play(BIG)]
        accepted = sorted(1000 * each["accepted"] for each in told[:runs])
        print(f'{transport}: action pressed → "accepted" shown, n = {runs}: ', end="")
        print(f"median {statistics.median(accepted):.0f} ms, most {accepted[-1]:.0f} ms")
        for name in ("cpu", "wall"):
            longest = max(1000 * each[f"longest_{name}"] for each in told)
            turns = sum(each["turns"] for each in told)
            print(f"{transport}: longest of {turns} callbacks, {name} time: {longest:.2f} ms")
        print(f"{transport}: daemon killed → said in the window: {_killed(transport):.2f} s")
    return 0


def _killed(transport: str) -> float:
    """Seconds from the death of the daemon to the window's word."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "media").mkdir()
        with serving(folder, engine=ENGINE) as daemon:
            port = daemon.port
            host = Host(folder / "media", Spool(folder / "spool"), port, transport)
            with watching(host.spool.folder, port):
                daemon_in(host.spool, "ready")
                playing = Playing(host, SLOW + 'press("New Loop")')
                if transport == "spool":
                    reply_in(host.spool, next(iter(until(host.spool.waiting))), "running")
                else:
                    until((host.folder / "renders.log").exists)
                killed = time.time()
                daemon.process.kill()
                time.sleep(2)
                with serving(folder, engine=ENGINE, port=port):
                    told = playing.end()
    return said_after(told, killed, "The daemon is not running.")


if __name__ == "__main__":
    sys.exit(main())
