"""A real Ardour for tests: on a virtual screen, with its Dummy backend and a home of its own."""

from __future__ import annotations

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from watching import until

from ditto_daw.wire import osc

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bridge" / "ardour"))
import install  # noqa: E402

SUPERCLOCK = 282_240_000
"""Ardour's own unit of time: so many to a second."""
OSC = "Open Sound Control (OSC)"
PROBE_SLOT = 32
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<Ardour>
  <Config>
    <Option name="try-autostart-engine" value="1"/>
    <Option name="hide-dummy-backend" value="0"/>
    <Option name="discover-plugins-on-start" value="0"/>
  </Config>
  <Extra><AudioMIDISetup><EngineStates>
    <State {backend} input-device=""
      output-device="" sample-rate="48000" buffer-size="1024" n-periods="0" input-latency="0"
      output-latency="0" input-channels="0" output-channels="0" active="1" use-buffered-io="0"
      midi-option="" lru="0"/>
  </EngineStates></AudioMIDISetup></Extra>
  <ControlProtocols><Protocol name="Open Sound Control (OSC)" active="1"/></ControlProtocols>
</Ardour>
"""
SETTINGS = (
    _SETTINGS.format(backend='backend="None (Dummy)" driver="Normal Speed" device="Silence"'),
    _SETTINGS.format(backend='backend="JACK" driver="" device=""'),
)
PROBE = """
return function ()
  -- Pressed again before Ardour was up, it must not do its work again.
  if not os.rename ("{folder}/probe.lua", "{folder}/probed.lua") then return end
  local ok, said = pcall (function () return assert (loadfile ("{folder}/probed.lua")) () end)
  local file = io.open ("{folder}/.said", "w")
  file:write (ok and "ok " or "error ", tostring (said))
  file:close ()
  os.rename ("{folder}/.said", "{folder}/said")
end
"""

SELECT = """
local list, number = ArdourUI.SelectionList (), 0
for region in Session:route_by_name ("{track}"):to_track ():playlist ():region_list ():iter () do
  number = number + 1
  if number >= {first} and number <= {last} then
    local view = Editor:regionview_from_region (region)
    if not view then return "" end
    list:push_back (view)
  end
end
Editor:set_selection (list, ArdourUI.SelectionOp.Set)
return "selected"
"""


class Ardour:
    """A session in a running Ardour. A context manager.

    folder: for everything, the session `folder/song` included; spool: of the bridge that answers;
    jack: the environment of a sound server, in place of Ardour's Dummy backend.
    """

    def __init__(
        self, folder: Path, spool: Path, rate: int = 48000, jack: dict[str, str] | None = None
    ) -> None:
        self.folder, self.session = folder, folder / "song"
        self.config = folder / "home" / ".config" / "ardour7"
        self.file = self.session / "song.ardour"
        self.environment = {
            **os.environ,
            **(jack or {}),
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "home" / ".config"),
            "ARDOUR_TRY_AUTOSTART_ENGINE": "1",
            "DITTO_DAW_SPOOL": str(spool),
        }
        self.config.mkdir(parents=True)
        (self.config / ".a7").touch()
        (self.config / "osc_url").touch()  # where it is there, Ardour writes its address into it
        (self.config / "config").write_text(SETTINGS[jack is not None], encoding="utf-8")
        install.install(self.config, spool)
        self._enter_probe()
        make = ["ardour7-new_session", "-s", str(rate), str(self.session)]
        subprocess.run(make, env=self.environment, check=True, capture_output=True, timeout=60)
        text = self.file.read_text(encoding="utf-8")
        pattern = rf'(<Protocol name="{re.escape(OSC)}"[^>]*active=)"0"'
        self.file.write_text(re.sub(pattern, r'\1"1"', text), encoding="utf-8")
        self._running: list[subprocess.Popen[bytes]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self) -> Ardour:
        self.screen = self.folder / "screen"
        self.screen.mkdir()
        reading, writing = os.pipe()
        line = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x720x24"]
        self._start([*line, "-nolisten", "tcp", "-fbdir", str(self.screen)], pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.environment["DISPLAY"] = f":{pipe.readline().strip()}"
        try:
            self.open()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            _end(process)
        self._socket.close()

    def open(self) -> None:
        """Start Ardour with the session and wait until its scripts answer."""
        (self.config / "osc_url").write_text("")
        self.program = self._start(["ardour", "-a", "-n", str(self.session)])
        url = until(lambda: (self.config / "osc_url").read_text(), 120)
        self.port = int(url.strip().rstrip("/").rsplit(":", 1)[1])
        until(lambda: self.probe("return 'there'", patience=0.5) == "there", 120)

    def close(self) -> None:
        """End Ardour as a crash would; what was saved stays."""
        _end(self.program)

    def example(self, clip: Path, notes: Path, tempo: float) -> None:
        """Fill the session with `examples/ardour_session.lua`."""
        script = ROOT / "examples" / "ardour_session.lua"
        words = f'{{ clip = "{clip}", notes = "{notes}", tempo = "{tempo}" }}'
        lua = f"""
            ardour = function () end
            loadfile ("{script}") ()
            factory ({words}) ()
            return "done"
        """
        assert self.probe(lua, 60) == "done"

    def select(self, track: str, first: int = 1, last: int = 1) -> None:
        """Select regions of a track by their number."""
        lua = SELECT.format(track=track, first=first, last=last)
        until(lambda: self.probe(lua) == "selected")

    def press(self, action: str) -> None:
        """One of ditto's actions, by the name in the menu."""
        names = [each.name for each in install.actions()]
        self._trigger(names.index(action) + 1)

    def probe(self, lua: str, patience: float = 60.0) -> str | None:
        """What a Lua chunk in Ardour returns, as text. None where nothing comes back in time."""
        said = self.folder / "said"
        said.unlink(missing_ok=True)
        (self.folder / "probe.lua").write_text(lua, encoding="utf-8")
        self._trigger(PROBE_SLOT)
        try:
            text = until(lambda: said.exists() and said.read_text(), patience)
        except AssertionError:
            return None
        assert text.startswith("ok "), text
        return text[3:]

    def window(self, title: str, patience: float = 40.0) -> str:
        """The number of the window with this title, once it is there."""
        return until(lambda: self._xdotool("search", "--name", title), patience).split()[0]

    def answer(self, title: str, *keys: str) -> None:
        """Press keys in a window, and see it go. One that is still being drawn hears none."""
        window = self.window(title)
        end = time.monotonic() + 15
        while self._xdotool("search", "--name", title):
            assert time.monotonic() < end, f"the window {title} stays"
            self._xdotool("windowfocus", window, "key", *keys)
            time.sleep(0.3)

    def _xdotool(self, *words: str) -> str:
        line = ["xdotool", *words]
        done = subprocess.run(
            line, env=self.environment, capture_output=True, text=True, timeout=20
        )
        return done.stdout.strip()

    def saved(self) -> ET.Element:
        """The session as Ardour saves it now."""
        assert self.probe('Session:save_state("") return 1') == "1"
        return ET.fromstring(self.file.read_bytes())

    def _trigger(self, slot: int) -> None:
        packet = osc.build("/access_action", [("s", f"LuaAction/script-{slot}")])
        self._socket.sendto(packet, ("127.0.0.1", self.port))

    def _enter_probe(self) -> None:
        path = self.config / "ui_scripts"
        root = ET.fromstring(path.read_bytes())
        listed = root.find("ActionScript")
        assert listed is not None
        table = base64.b64decode(listed.text or "").decode("latin-1")
        fields = {"n": "probe", "s": "-- probe", "f": PROBE.format(folder=self.folder)}
        table += f"scripts[{PROBE_SLOT}] = {{}} "
        for key, text in fields.items():
            table += f'scripts[{PROBE_SLOT}]["{key}"] = {install.quoted(text)} '
        table += f'scripts[{PROBE_SLOT}]["a"] = {{}} '
        listed.text = base64.b64encode(table.encode("latin-1")).decode()
        path.write_bytes(ET.tostring(root))

    def _start(self, line: list[str], **how: Any) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{Path(line[0]).name}.log").open("ab")
        process = subprocess.Popen(
            line, env=self.environment, stdout=log, stderr=log, start_new_session=True, **how
        )
        log.close()
        self._running.append(process)
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it has started; `ardour` is a shell script around the real one."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def samples(text: str, rate: int = 48000) -> int:
    """Ardour's "a<superclocks>" or "a<superclocks>@…" in samples; it must be a whole number."""
    whole, rest = divmod(int(text.split("@")[0].lstrip("a")), SUPERCLOCK // rate)
    assert rest == 0, text
    return whole


def screenshot(folder: Path, to: Path) -> None:
    """The virtual screen as PNG: Xvfb keeps it in a file, in the format of xwd."""
    import numpy as np
    from PIL import Image

    data = next(folder.glob("Xvfb_screen*")).read_bytes()
    header = np.frombuffer(data, ">u4", 25)
    width, height, line = int(header[4]), int(header[5]), int(header[12])
    start = int(header[0]) + int(header[19]) * 12
    pixels = np.frombuffer(data, np.uint8, height * line, start).reshape(height, line)
    rows = pixels[:, : width * 4].reshape(height, width, 4)
    Image.fromarray(rows[:, :, 2::-1].copy()).save(to, optimize=True)
