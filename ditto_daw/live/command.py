"""The words of `ditto-daw midi` and `ditto-daw play`. Nothing heavy is imported too early."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from ditto_daw.wire.messages import PORT

Add = Callable[..., argparse.ArgumentParser]


def add(add_parser: Add) -> None:
    """Files both commands with the command line's `add_parser`."""
    midi = add_parser("midi", help="record a target from a MIDI port, or start jobs by notes")
    commands = midi.add_subparsers(required=True, metavar="what")
    ports = commands.add_parser("ports", help="list what can be listened to")
    ports.set_defaults(run=_ports)
    _add_record(commands.add_parser)
    _add_trigger(commands.add_parser)
    play = add_parser("play", help="hear a loop go round, and change between its takes on the bar")
    play.add_argument("file", type=Path, nargs="+", help="takes of one loop; keys 1 to 9 choose")
    play.add_argument("--bars", type=int, default=4, help="bars of the loop; default 4")
    play.add_argument("--device", help="number or part of the name of the sound device")
    play.add_argument("--seconds", type=float, metavar="S", help="stop after so long")
    play.set_defaults(run=_play)


def _add_record(add_parser: Add) -> None:
    record = add_parser("record", help="a melody into a .mid, or a controller into a .csv")
    record.add_argument("out", type=Path, help="file.mid, or file.csv with --cc")
    _add_port(record)
    record.add_argument("--bars", type=float, default=4.0)
    record.add_argument("--tempo", type=float, default=120.0, help="quarters per minute")
    record.add_argument("--clock", action="store_true", help="follow MIDI clock instead")
    record.add_argument("--meter", type=_meter, default=(4, 4), metavar="N/D")
    record.add_argument("--count-in", type=float, default=1.0, metavar="BARS")
    record.add_argument("--quantise", type=Fraction, metavar="1/16", help="to this note value")
    record.add_argument("--cc", type=int, metavar="N", help="record this controller, as a lane")
    record.add_argument(
        "--db",
        type=float,
        nargs=2,
        metavar=("LOW", "HIGH"),
        help="what the controller's ends mean, in dB; 0 to 1 of the genre's range otherwise",
    )
    record.add_argument(
        "--submit",
        metavar="PROMPT",
        help="hand a loop under the recording to the daemon at once, and wait for it",
    )
    _add_daemon(record)
    record.set_defaults(run=_record)


def _add_trigger(add_parser: Add) -> None:
    trigger = add_parser("trigger", help="notes start jobs, until Ctrl-C")
    trigger.add_argument("note", nargs="+", metavar="NOTE=FILE", help="such as 60=request.json")
    _add_port(trigger)
    _add_daemon(trigger)
    trigger.set_defaults(run=_trigger)


def _add_port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="source",
        default="",
        metavar="NAME",
        help="part of a port's name; without it, a port is made that others connect to",
    )


def _add_daemon(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="of the daemon")
    parser.add_argument("--port", type=int, default=PORT, help="of the daemon")


def _meter(text: str) -> tuple[int, int]:
    beats, _, value = text.partition("/")
    try:
        return int(beats), int(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no meter such as 4/4') from None


def _ports(chosen: argparse.Namespace) -> int:
    from ditto_daw.live.ports import input_names

    print("\n".join(input_names()) or "no ports yet: `ditto-daw midi record` makes one of its own")
    return 0


def _record(chosen: argparse.Namespace) -> int:
    from ditto_daw.live import record

    options = record.Options(
        port=chosen.source,
        tempo=None if chosen.clock else chosen.tempo,
        meter=chosen.meter,
        bars=chosen.bars,
        count_in=chosen.count_in,
        grid=float(4 * chosen.quantise) if chosen.quantise else None,
        controller=chosen.cc,
        decibels=tuple(chosen.db) if chosen.db else None,
    )
    recording = record.record(options)
    record.keep(recording, chosen.out, options)
    print(
        f"{chosen.out}: {len(recording.notes) or len(recording.lane)} played, "
        f"{recording.tempo:.2f} quarters per minute"
    )
    if chosen.submit is not None:
        _render(chosen, record.request(recording, options, chosen.submit))
    return 0


def _render(chosen: argparse.Namespace, request: dict[str, Any]) -> None:
    from ditto_bridge import Client

    with Client(chosen.host, chosen.port) as client:
        client.hello()
        for take in client.render(request).takes:
            print(take.path)


def _trigger(chosen: argparse.Namespace) -> int:
    from ditto_bridge import Client

    from ditto_daw.live.ports import Input
    from ditto_daw.live.trigger import Triggers, read_map

    triggers = Triggers(read_map(chosen.note))
    with Client(chosen.host, chosen.port) as client, Input(chosen.source, triggers.feed) as port:
        client.hello()
        print(f"listening to {port.name}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            triggers.run(lambda request: client.submit(request).id, partial(print, flush=True))
    return 0


def _play(chosen: argparse.Namespace) -> int:
    from ditto_daw.live.play import play

    return play(chosen.file, chosen.bars, chosen.device, chosen.seconds)
