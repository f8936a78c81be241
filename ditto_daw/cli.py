"""The command line: serve, status, demo, bench, evaluate, midi, play, docs and others.

Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from ditto_daw import __version__
from ditto_daw.bench import command as bench
from ditto_daw.doctor import command as doctor
from ditto_daw.errors import DittoError
from ditto_daw.evaluate import command as evaluate
from ditto_daw.live import command as live
from ditto_daw.server import command as serve
from ditto_daw.server import view
from ditto_daw.shelf import command as shelf
from ditto_daw.soak import command as soak


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. Failures are one sentence on stderr."""
    chosen = _parser().parse_args(arguments)
    level = logging.DEBUG if chosen.verbose else logging.INFO
    logging.basicConfig(level=level, format=serve.FORMAT)
    # A command that is told to end takes along what it has started, such as a demo's daemon.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return int(chosen.run(chosen))
    except DittoError as error:
        print(f"ditto-daw: {error.message}", file=sys.stderr)
        return error.exit_status
    finally:
        signal.signal(signal.SIGTERM, before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ditto-daw", description="Loops for a DAW from a music diffusion model, over OSC."
    )
    parser.add_argument("--version", action="version", version=f"ditto-daw {__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="log more")
    commands = parser.add_subparsers(required=True, metavar="command")

    serve.add(commands.add_parser)
    view.add(commands.add_parser)

    demo = commands.add_parser("demo", help="render four loops and a page to hear them on")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR")
    demo.add_argument("--clip", type=Path, metavar="FILE", help="a clip of your own")
    demo.add_argument("--midi", type=Path, metavar="FILE", help="a MIDI clip of your own")
    demo.set_defaults(run=_demo)

    shelf.add(commands.add_parser)
    bench.add(commands.add_parser)
    evaluate.add(commands.add_parser)
    live.add(commands.add_parser)

    doctor.add(commands.add_parser)
    soak.add(commands.add_parser)

    docs = commands.add_parser("docs", help="print the OSC protocol as Markdown")
    docs.set_defaults(run=_docs)
    return parser


def _demo(chosen: argparse.Namespace) -> int:
    from ditto_daw.demo import main as demo

    return demo(chosen.out, chosen.clip, chosen.midi)


def _docs(chosen: argparse.Namespace) -> int:
    from ditto_daw.wire.osc_document import document

    sys.stdout.write(document())
    return 0


if __name__ == "__main__":
    sys.exit(main())
