"""`ditto-daw serve`, and the log that it writes."""

from __future__ import annotations

import argparse
import logging
import logging.handlers
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from ditto_daw.jobs.supervisor import ENGINE, PATIENCE
from ditto_daw.requests.catalogue import BUNDLED, PRECISIONS, name_to_serve
from ditto_daw.server.sockets import LOOPBACK
from ditto_daw.wire.messages import PORT, SECRET

LOG_FOLDER, LOG_FILE = ".log", "daemon.log"
LOG_BYTES, LOG_FILES = 1 << 20, 3
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds the command to the parser of `ditto-daw`."""
    serve = add_parser("serve", help="run the daemon")
    serve.add_argument("--port", type=int, default=PORT, help=f"UDP and TCP; default {PORT}")
    serve.add_argument(
        "--host",
        default=LOOPBACK,
        help="address to listen on; anything but the default opens the daemon to other machines,"
        f" which then need --allow, and the secret in the environment as {SECRET}",
    )
    serve.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="another machine or network that may speak to the daemon; may be repeated",
    )
    serve.add_argument(
        "--device",
        default="auto",
        metavar="DEVICE[,DEVICE...]",
        help="cpu, cuda, cuda:1 or mps; a worker for each of several, such as cuda:0,cuda:1 or"
        " cpu,cpu; default: every CUDA device, or the best there is",
    )
    serve.add_argument(
        "--cluster",
        default="",
        metavar="ADDRESS",
        help="render on the machines of this Ray cluster, such as 192.168.1.20:6379",
    )
    serve.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="NAME|PATH",
        help="what renders: bundled (the default), a name of `ditto-daw models list`, or a folder;"
        " may be repeated, and a job takes the first one or the one that it names",
    )
    serve.add_argument(
        "--accept-licence", action="store_true", help="accept the licences of these models"
    )
    serve.add_argument(
        "--precision",
        choices=PRECISIONS,
        help="of the models' networks; latents and losses stay in fp32; default auto: bf16 on a"
        " CUDA device that has it, else fp32",
    )
    serve.add_argument(
        "--compile",
        action="store_true",
        help="compile the bundled model's calls, on CUDA into CUDA graphs: minutes until it is"
        " ready, less for every call",
    )
    serve.add_argument(
        "--batch", type=int, metavar="N", help="variations at once; default: what memory allows"
    )
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
        "--patience",
        type=float,
        default=PATIENCE,
        metavar="SECONDS",
        help="silence after which the rendering process is started again; default %(default)g",
    )
    serve.add_argument(
        "--engine",
        default=ENGINE,
        metavar="MODULE:FUNCTION",
        help=argparse.SUPPRESS,
    )
    serve.set_defaults(run=_run)


def default_results() -> Path:
    """The folder of results that name none."""
    import platformdirs

    return Path(platformdirs.user_data_dir("ditto-daw", appauthor=False)) / "results"


def log_file(results: Path) -> Path:
    """Where the daemon of a results folder writes its log; older ones are daemon.log.1 to .3."""
    return results / LOG_FOLDER / LOG_FILE


def _run(chosen: argparse.Namespace) -> int:
    from ditto_daw.server.daemon import Config, Daemon

    results = (chosen.results or default_results()).expanduser().resolve()
    if chosen.host != LOOPBACK:
        logging.warning(
            "listening on %s: the machines that --allow names can use the allowed folders",
            chosen.host,
        )
    names = [name_to_serve(model, chosen.accept_licence) for model in chosen.model]
    config = Config(
        results=results,
        port=chosen.port,
        host=chosen.host,
        device=chosen.device,
        cluster=chosen.cluster,
        roots=tuple(chosen.root),
        engine=_with_options(chosen),
        models=tuple(names) or (BUNDLED,),
        patience=chosen.patience,
        allow=tuple(chosen.allow),
        secret=os.environ.get(SECRET, ""),
    )
    daemon = Daemon(config)
    _write_log(results, chosen.verbose)
    print(f"ditto-daw listens on {chosen.host} port {daemon.sockets.port}", flush=True)
    daemon.run()
    return 0


def _with_options(chosen: argparse.Namespace) -> str:
    """The engine's factory with what it is told about models."""
    given = {
        "model": chosen.model,
        "precision": chosen.precision,
        "batch": chosen.batch,
        "compiled": chosen.compile,
    }
    options = urlencode({name: value for name, value in given.items() if value}, doseq=True)
    return f"{chosen.engine}?{options}" if options else str(chosen.engine)


def _write_log(results: Path, verbose: bool) -> None:
    """The log goes to a file as well, which never grows beyond a few megabytes."""
    path = log_file(results)
    path.parent.mkdir(exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.setLevel(logging.DEBUG if verbose else logging.INFO)
    logging.getLogger().addHandler(handler)
