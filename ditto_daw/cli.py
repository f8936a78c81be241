"""The command line: serve, status, demo, bench, evaluate, docs.

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
from ditto_daw.errors import DittoError
from ditto_daw.evaluate import command as evaluate
from ditto_daw.jobs.supervisor import ENGINE
from ditto_daw.messages import PORT
from ditto_daw.server.sockets import LOOPBACK


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. Failures are one sentence on stderr."""
    chosen = _parser().parse_args(arguments)
    level = logging.DEBUG if chosen.verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s server %(levelname)s %(message)s")
    try:
        return int(chosen.run(chosen))
    except DittoError as error:
        print(f"ditto-daw: {error.message}", file=sys.stderr)
        return error.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ditto-daw", description="Loops for a DAW from a music diffusion model, over OSC."
    )
    parser.add_argument("--version", action="version", version=f"ditto-daw {__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="log more")
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="run the daemon")
    serve.add_argument("--port", type=int, default=PORT, help=f"UDP and TCP; default {PORT}")
    serve.add_argument(
        "--host",
        default=LOOPBACK,
        help="address to listen on; anything but the default opens the daemon to other machines",
    )
    serve.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    serve.add_argument(
        "--root",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a further folder that clips are read from and results written to; may be repeated",
    )
    serve.add_argument(
        "--results", type=Path, metavar="DIR", help="where results go that name no folder"
    )
    serve.add_argument(
        "--engine",
        default=ENGINE,
        metavar="MODULE:FUNCTION",
        help="what renders; the default is the bundled model",
    )
    serve.set_defaults(run=_serve)

    status = commands.add_parser("status", help="what the daemon is doing")
    status.add_argument("--port", type=int, default=PORT)
    status.add_argument("--host", default=LOOPBACK)
    status.set_defaults(run=_status)

    demo = commands.add_parser("demo", help="render four loops and a page to hear them on")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR")
    demo.add_argument("--clip", type=Path, metavar="FILE", help="a clip of your own")
    demo.add_argument("--midi", type=Path, metavar="FILE", help="a MIDI clip of your own")
    demo.set_defaults(run=_demo)

    bench.add(commands.add_parser)
    evaluate.add(commands.add_parser)

    docs = commands.add_parser("docs", help="print the OSC protocol as Markdown")
    docs.set_defaults(run=_docs)
    return parser


def _serve(chosen: argparse.Namespace) -> int:
    from ditto_daw.server.daemon import Config, Daemon

    if chosen.host != LOOPBACK:
        logging.warning(
            "listening on %s: every machine that reaches it can read and write the allowed folders",
            chosen.host,
        )
    config = Config(
        results=chosen.results or _results(),
        port=chosen.port,
        host=chosen.host,
        device=chosen.device,
        roots=tuple(chosen.root),
        engine=chosen.engine,
    )
    daemon = Daemon(config)
    print(f"ditto-daw listens on {chosen.host} port {daemon.sockets.port}", flush=True)
    daemon.run()
    return 0


def _status(chosen: argparse.Namespace) -> int:
    from ditto_bridge import Client

    with Client(chosen.host, chosen.port, patience=2.0) as client:
        for name, value in client.status().items():
            print(f"{name:9} {value}")
    return 0


def _demo(chosen: argparse.Namespace) -> int:
    # A demo that is told to end takes its daemon along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    from ditto_daw.demo import main as demo

    return demo(chosen.out, chosen.clip, chosen.midi)


def _docs(chosen: argparse.Namespace) -> int:
    from ditto_daw.osc_document import document

    sys.stdout.write(document())
    return 0


def _results() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("ditto-daw", appauthor=False)) / "results"


if __name__ == "__main__":
    sys.exit(main())
