"""Packets, values, files and weights that are not what they should be."""

from __future__ import annotations

import math
import os
import pickle
import random
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile
from ditto_bridge import Client

from ditto_daw.errors import BrokenFile, DittoError
from ditto_daw.files.store import told
from ditto_daw.requests.timeline import tempo_from_json
from ditto_daw.soak.base import Line, none_of, row
from ditto_daw.soak.ground import Ground, Talker, calling, resident
from ditto_daw.soak.noise import GOOD, TAGS, packets, wrong_for
from ditto_daw.units import round_half_up
from ditto_daw.wire import osc
from ditto_daw.wire.form import FIELDS
from ditto_daw.wire.messages import FAIL, REQUESTS, encode

GROWTH = 10.0
"""MB."""


@row
def burst(ground: Ground) -> Iterator[Line]:
    """Datagrams faster than anybody reads."""
    count = ground.count(5000)
    with ground.serving(ground.place("burst")) as daemon, Talker(daemon.port) as talker:
        for number in range(count):
            talker.say("/ditto/ping", number=number)
        heard: set[int] = set()
        while replies := talker.replies(1.0):
            heard |= {said["number"] for _, said in replies}
    yield none_of(f"pings lost of a burst of {count}", count - len(heard))


@row
def noise(ground: Ground) -> Iterator[Line]:
    """Mutated packets at a live server: it neither ends nor hangs nor grows."""
    count, source = ground.count(1_000_000), packets(4)
    with (
        ground.serving(ground.place("noise")) as daemon,
        Talker(daemon.port, "noise") as talker,
        Talker(daemon.port, "other") as other,
    ):
        slowest, before = 0.0, math.nan
        for number in range(count):
            talker.send(next(source))
            if number % 500 == 0:
                other.say("/ditto/ping", number=number)
                began = time.monotonic()
                other.hear("/ditto/pong", number=number)  # a daemon that hangs ends the row here
                slowest = max(slowest, time.monotonic() - began)
                talker.replies()
            if number == count // 10:  # everything bounded is full by then
                before = resident(daemon.process.pid)
        growth = resident(daemon.process.pid) - before
        broken = "Traceback" in daemon.log.read_text(encoding="utf-8")
        with calling(daemon.port) as client:
            alive = len(client.render({"samples": 441}).takes) == 1
    yield Line(
        f"{count:,} mutated packets",
        f"0 crashes, 0 hangs, memory grows ≤ {GROWTH:.0f} MB",
        f"{int(not alive) + int(broken)} crashes, {growth:+.1f} MB, slowest answer to another"
        f" client {1000 * slowest:.0f} ms",
        alive and not broken and growth <= GROWTH,
    )


@row
def wrong_types(ground: Ground) -> Iterator[Line]:
    """Every argument of every command, and every field, with every OSC type that it cannot be."""
    tried = named = 0
    with ground.serving(ground.place("types")) as daemon, Talker(daemon.port, "me") as me:
        for address, message in REQUESTS.items():
            for place, argument in enumerate((*message.arguments, *message.row)):
                good = [GOOD.get(each.type, 1) for each in (*message.arguments, *message.row)]
                wire = [(TAGS[type(value)], value) for value in good]
                for wrong in wrong_for(argument.type):
                    me.send(osc.build(address, [*wire[:place], wrong, *wire[place + 1 :]]))
                    said = me.hear(FAIL, command=address)
                    tried += 1
                    named += said["argument"].removesuffix("[0]") == argument.name
        unsendable = wrong_for("value")
        for name, argument in FIELDS.items():
            me.say("/ditto/job/new", id=f"field-{name}")
            for wrong in wrong_for(argument.type):
                if wrong not in unsendable:
                    start = [("s", f"field-{name}"), ("s", name)]
                    me.send(osc.build("/ditto/job/set", [*start, wrong]))
                    tried += 1
                    named += me.hear(FAIL)["argument"] == name
    yield Line(
        f"{tried} arguments and fields, each of every wrong type",
        f"{tried} refused naming the argument",
        str(named),
        named == tried,
    )


@row
def tempo_maps(ground: Ground) -> Iterator[Line]:
    """Lengths under random tempo and meter maps, against sums over single ticks."""
    count, rng, worst = ground.count(1000), random.Random(6), 0
    for _ in range(count):
        changes = sorted({0, *(rng.randrange(1, 64) for _ in range(rng.randrange(6)))})
        tempos = [[quarter, round(rng.uniform(20, 400), 3)] for quarter in changes]
        tempo = tempo_from_json({"tempos": tempos})
        start = Fraction(rng.randrange(0, 960 * 32), 960)
        end = start + Fraction(rng.randrange(1, 960 * 64), 960)
        for rate in (44_100, 48_000, 96_000):
            ours = tempo.length(start, end, rate)
            theirs = round_half_up(_seconds(tempos, end) * rate)
            theirs -= round_half_up(_seconds(tempos, start) * rate)
            worst = max(worst, abs(ours - theirs))
    yield none_of(f"length error over {count} tempo maps at three rates", worst, "samples")


def _seconds(tempos: list[list[float]], quarter: Fraction) -> Fraction:
    """Seconds of a quarter, summed from change to change."""
    total, ends = Fraction(0), [*(at for at, _ in tempos[1:]), math.inf]
    for (at, bpm), end in zip(tempos, ends, strict=True):
        if quarter > at:
            until = quarter if quarter < end else Fraction(end)
            total += (until - Fraction(at)) * 60 / Fraction(str(bpm))
    return total


@row
def files(ground: Ground) -> Iterator[Line]:
    """Paths that must not be read or written: refused by field, and none of them is touched."""
    place = ground.place("files")
    outside = Path(os.sep) / "etc" / "hostname"
    trap, text = place / "trap.wav", place / "text.wav"
    trap.symlink_to(outside)
    text.write_text("no audio")
    if hasattr(os, "mkfifo"):
        os.mkfifo(place / "pipe.wav")
    cut_off = place / "cut off.wav"
    soundfile.write(cut_off, np.zeros(44_100), 44_100)
    os.truncate(cut_off, 20_000)
    bad = {
        "cut off": str(cut_off),
        "outside": str(outside),
        "a link to outside": str(trap),
        "missing": str(place / "none.wav"),
        "a folder": str(place),
        "a pipe": str(place / "pipe.wav"),
        "no audio": str(text),
        "no full path": "clip.wav",
        "climbing": f"{place}/../../../../etc/hostname",
    }
    odd = place / "ünï 音 ⁂" / "a clip's 'take' 1.wav"
    odd.parent.mkdir()
    soundfile.write(odd, np.zeros(44_100), 44_100)
    inputs = {path: path.read_bytes() for path in (odd, cut_off, text)}
    there = set(place.iterdir())
    with ground.serving(place) as daemon, calling(daemon.port) as client:
        refused = [_refused(client, {"source": {"path": path}}) for path in bad.values()]
        refused += [_refused(client, {"output": {"folder": str(place / "none")}})]
        refused += [_refused(client, {"output": {"folder": "/etc"}})]
        made = {path for path in set(place.iterdir()) - there if path.suffix == ".wav"}
        repair = {"use": "repair", "source": {"path": str(odd)}}
        samples = client.render(repair).takes[0].samples
    changed = sum(path.read_bytes() != held for path, held in inputs.items())
    wanted = len(refused)
    yield Line(
        f"{wanted} paths that are outside, no files, cut off or not writable, and an odd name",
        f"{wanted} refused by field, 0 files made, 0 inputs changed; the odd one read whole",
        f"{sum(refused)} refused, {len(made)} made, {changed} changed; {samples} of 44100 read",
        sum(refused) == wanted and not made and not changed and samples == 44_100,
    )


def _refused(client: Client, fields: dict[str, object]) -> bool:
    use = "repair" if "source" in fields else "new"
    length = {} if use == "repair" else {"samples": 441}
    try:
        client.render({"use": use, **length, **fields})
    except DittoError as error:
        return error.argument.split(".")[0] in fields
    return False


class _Canary:
    """Unpickled, it would leave a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@row
def unsafe_weights(ground: Ground) -> Iterator[Line]:
    """A pickle in the place of weights or of a latent is refused, and never executed."""
    from ditto_daw.models.bundled import Bundled

    place = ground.place("weights")
    canary, sung = place / "model.safetensors", place / "sung"
    canary.write_bytes(pickle.dumps(_Canary(sung)))
    refused = 0
    try:
        Bundled.load(canary)
    except Exception:  # safetensors has a class of its own for what is not
        refused += 1
    try:
        told(canary)
    except BrokenFile:
        refused += 1
    with ground.serving(place) as daemon, calling(daemon.port) as client:
        refused += _refused(client, {"from": {"path": str(canary)}})
    yield Line(
        "a pickle as weights, as latent, as `from`",
        "3 refused, not executed",
        f"{refused} refused, {'executed' if sung.exists() else 'not executed'}",
        refused == 3 and not sung.exists(),
    )


@row
def long_packets(ground: Ground) -> Iterator[Line]:
    """Packets at and beyond the limit, over UDP."""
    with ground.serving(ground.place("long")) as daemon, Talker(daemon.port, "me") as me:
        me.send(encode("/ditto/ping", number=1) + bytes(20_000))
        code = me.hear(FAIL)["code"]
        me.say("/ditto/ping", number=2)
        me.hear("/ditto/pong", number=2)
    yield Line("a packet beyond the limit", "refused, the next answered", code, bool(code))
