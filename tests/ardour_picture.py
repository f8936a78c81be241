"""The picture of ditto in Ardour, made by the real program with the model that comes along.

python tests/ardour_picture.py docs/pictures/ardour.png

Prints what the session's file and the sidecar of the result tell.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

from ardour_host import Ardour, samples, screenshot
from ditto_bridge import launch_daemon
from watching import until, watching

PATIENCE = 1200.0
TIDY = """
Editor:get_selection ():clear_all ()
Editor:reset_zoom (1000)
Editor:reset_x_origin (0)
return "tidy"
"""
MELODY = """
for track in Session:get_tracks ():iter () do
  if track:name ():find ("^melody") then return track:name () end
end
"""
SETTINGS = {"prompt": "warm house in C minor", "seed": 5, "lane": "Fader", "bars": 4}


def main(to: Path) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        material = files("ditto_daw") / "material"
        clip, notes = folder / "clip.flac", folder / "melody.mid"
        for path in (clip, notes):
            shutil.copy(str(material / path.name), path)
        with (
            launch_daemon(0, folder) as daemon,
            watching(folder / "spool", daemon.port),
            Ardour(folder, folder / "spool") as ardour,
        ):
            ardour.example(clip, notes, 100)
            until(lambda: '"ready"' in (folder / "spool" / "daemon.json").read_text(), PATIENCE)
            press(ardour, "clip", "Extend Loop")
            press(ardour, str(ardour.probe(MELODY)), "Accompany")
            ardour.probe(TIDY)
            time.sleep(3)
            screenshot(ardour.screen, to)
            for region in ardour.saved().iter("Region"):
                if region.get("name", "").startswith(("Extend", "Accompany")):
                    length, position = region.get("length", "").split("@")
                    print(region.get("name"), samples(position), samples(length))
    return 0


def press(ardour: Ardour, track: str, action: str) -> None:
    """Press an action on a track's region and wait for its result."""
    ardour.select(track)
    remembered = {"settings": SETTINGS, "jobs": []}
    (ardour.session / "ditto.json").write_text(json.dumps(remembered), encoding="utf-8")
    before = set(ardour.session.rglob("*.ditto.json"))
    begun = time.monotonic()
    ardour.press(action)
    new = until(lambda: set(ardour.session.rglob("*.ditto.json")) - before, PATIENCE)
    told = json.loads(new.pop().read_text(encoding="utf-8"))
    print(action, f"{time.monotonic() - begun:.1f} s", told["timing"], told["take"]["figures"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
