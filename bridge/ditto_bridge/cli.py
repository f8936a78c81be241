"""`ditto-bridge`: the daemon from a shell script, and the spool for hosts without sockets."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ditto_bridge import shell
from ditto_bridge.spool import ENVIRONMENT, default_folder
from ditto_daw.errors import DittoError
from ditto_daw.wire.messages import PORT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. Failures are one sentence on stderr."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except DittoError as error:
        print(f"ditto-bridge: {error.message}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ditto-bridge", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="where the daemon listens")
    parser.add_argument("--port", type=int, default=PORT, help=f"UDP and TCP; default {PORT}")
    commands = parser.add_subparsers(required=True, metavar="command")
    status = commands.add_parser("status", help="what the daemon is doing; exit status 1: missing")
    status.add_argument("--json", action="store_true", help="as one line of JSON")
    status.set_defaults(run=_status)
    shell.add_render(commands.add_parser)
    watch = commands.add_parser("watch", help="serve the spool, for hosts without sockets")
    watch.add_argument(
        "--spool",
        type=Path,
        default=None,
        metavar="DIR",
        help=f"the folder; ${ENVIRONMENT} or {default_folder()} otherwise",
    )
    watch.add_argument("--serve", action="store_true", help="start the daemon where none answers")
    watch.add_argument("--root", type=Path, action="append", default=[], metavar="DIR")
    watch.add_argument("--results", type=Path, metavar="DIR")
    watch.add_argument("--device", default="auto", metavar="DEVICE[,DEVICE...]")
    watch.add_argument("--model", action="append", default=[], metavar="NAME|PATH")
    watch.add_argument("--engine", default="", metavar="MODULE:FUNCTION")
    watch.set_defaults(run=_watch)
    return parser


def _status(given: argparse.Namespace) -> int:
    from ditto_bridge.client import Client

    with Client(given.host, given.port, patience=2.0) as client:
        told = client.status()
    if given.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name:9} {value}")
    return 0


def _watch(given: argparse.Namespace) -> int:
    from ditto_bridge.watch import Setup, Watcher

    logging.basicConfig(level=logging.INFO, format="%(asctime)s watcher %(levelname)s %(message)s")
    setup = Setup(
        spool=given.spool or default_folder(),
        host=given.host,
        port=given.port,
        serve=given.serve,
        roots=tuple(given.root),
        results=given.results,
        device=given.device,
        engine=given.engine,
        models=tuple(given.model),
    )

    async def watch() -> None:
        task = asyncio.ensure_future(Watcher(setup).run())
        with suppress(NotImplementedError):  # Windows ends programs without asking
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        print(f"ditto-bridge watches {setup.spool}", flush=True)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(watch())
    return 0


if __name__ == "__main__":
    sys.exit(main())
