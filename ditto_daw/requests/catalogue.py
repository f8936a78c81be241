"""Which models there are beside the bundled one, where their files lie, and under which licence.

A model is a folder as `diffusers` saves it: `model_index.json`, and a folder for each component. It
is named by its name here, by its address on the hub (owner/name), or by a path.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from ditto_daw.errors import BadRequest, ModelMissing

BUNDLED = "bundled"
AUTO = "auto"
PRECISIONS = (AUTO, "fp32", "bf16", "fp16")
"""Of a model's network; auto: what suits the device, see `models.precision`."""
INDEX = "model_index.json"
PATTERNS = ["*.json", "*.safetensors", "*.model", "*.txt"]
"""What is fetched of a model: settings, weights as safetensors, and what tokenizers need."""
STABILITY = (
    "Stability AI Community License: free for research, for hobbies and for businesses of up to"
    " 1 million US dollars of revenue a year; above that it needs a licence from Stability AI."
)
NOT_COMMERCIAL = "CC BY-NC-SA 4.0: no commercial use, and what you make of it is shared alike."


@dataclass(frozen=True)
class Entry:
    """A model. pipeline: which family it belongs to, as its index says. licence: a sentence."""

    name: str
    hub: str
    pipeline: str
    licence: str
    about: str


ENTRIES = (
    Entry(
        "musicldm",
        "ucsd-reach/musicldm",
        "MusicLDMPipeline",
        NOT_COMMERCIAL,
        "16 kHz mono, 10 s at once, many steps; the model of the paper's relatives",
    ),
    Entry(
        "audioldm2",
        "cvssp/audioldm2-music",
        "AudioLDM2Pipeline",
        NOT_COMMERCIAL,
        "16 kHz mono, 10 s at once, many steps",
    ),
    Entry(
        "stable-audio-open",
        "stabilityai/stable-audio-open-1.0",
        "StableAudioPipeline",
        STABILITY,
        "44.1 kHz stereo, 47 s at once, many steps; 1.1 billion parameters",
    ),
    Entry(
        "stable-audio-3-small",
        "stabilityai/stable-audio-3-small",
        "StableAudio3Pipeline",
        STABILITY,
        "44.1 kHz stereo, 8 steps; 0.4 billion parameters",
    ),
    Entry(
        "stable-audio-3-medium",
        "stabilityai/stable-audio-3-medium",
        "StableAudio3Pipeline",
        STABILITY,
        "44.1 kHz stereo, 8 steps; 1.4 billion parameters",
    ),
    Entry(
        "ace-step",
        "ACE-Step/acestep-v15-xl-turbo-diffusers",
        "AceStepPipeline",
        "MIT: free for any use.",
        "48 kHz stereo, 8 steps without guidance",
    ),
)


def entry_of(model: str) -> Entry:
    """The entry of a name, an address or a path. BadRequest where there is none."""
    for entry in ENTRIES:
        if model in (entry.name, entry.hub):
            return entry
    path = Path(model).expanduser()
    if (path / INDEX).is_file():
        pipeline = str(json.loads((path / INDEX).read_text(encoding="utf-8")).get("_class_name"))
        alike = [entry for entry in ENTRIES if entry.pipeline == pipeline]
        if not alike:
            raise BadRequest("model", f"{path} is a {pipeline}, which no family here can load.")
        return replace(alike[0], name=path.resolve().name, hub="")
    known = ", ".join(entry.name for entry in ENTRIES)
    raise BadRequest(
        "model",
        f'There is no model "{model}": it is neither one of {known}, nor a folder with {INDEX}.',
    )


def folder_of(model: str) -> Path:
    """The folder of a model's files, on this machine. ModelMissing says how to get them."""
    entry = entry_of(model)
    path = Path(model).expanduser()
    if (path / INDEX).is_file():
        return path.resolve()
    needs("huggingface_hub")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(entry.hub, allow_patterns=PATTERNS, local_files_only=True))
    except (LocalEntryNotFoundError, OSError):
        raise ModelMissing(
            "model",
            f"The files of {entry.name} are not on this machine: run"
            f" `ditto-daw models pull {entry.name}`.",
        ) from None


def pull(model: str) -> Path:
    """Fetches a model's files from the hub into its cache; the folder that they lie in then.

    ModelMissing where the hub cannot be reached, or asks for an account.
    """
    entry = entry_of(model)
    if not entry.hub:
        return folder_of(model)
    needs("huggingface_hub")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError

    page = f"https://huggingface.co/{entry.hub}"
    try:
        return Path(snapshot_download(entry.hub, allow_patterns=PATTERNS))
    except GatedRepoError:
        raise ModelMissing(
            "model",
            f"{entry.name} is given to those who accept its licence on {page}: do so, then run"
            " `hf auth login` and this again.",
        ) from None
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        why = str(error).partition("\n")[0]
        raise ModelMissing(
            "model",
            f"{entry.name} cannot be fetched from {page}: is this machine on the internet? You can"
            f" copy the folder from another one and name its path. ({why})",
        ) from None


def needs(package: str) -> None:
    """ModelMissing where a package is not installed that only pretrained models need."""
    if find_spec(package) is None:
        raise ModelMissing(
            "model",
            f"Pretrained models need {package}, which is not installed: run"
            ' `pip install "ditto-daw[models]"`.',
        )


def accepted(entry: Entry, record: Path) -> bool:
    """Whether the licence of a model was accepted on this machine; record: the file that says."""
    if not record.is_file():
        return False
    return entry.licence in json.loads(record.read_text(encoding="utf-8"))


def accept(entry: Entry, record: Path) -> None:
    """Notes that the licence was accepted."""
    known = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else []
    record.parent.mkdir(parents=True, exist_ok=True)
    temporary = record.with_name(f".{record.name}.{os.getpid()}")
    temporary.write_text(json.dumps(sorted({*known, entry.licence}), indent=1), encoding="utf-8")
    temporary.replace(record)


def record_file() -> Path:
    """Where the licences are noted that were accepted on this machine."""
    import platformdirs

    return Path(platformdirs.user_data_dir("ditto-daw", appauthor=False)) / "licences.json"


def name_to_serve(model: str, accepts: bool) -> str:
    """The name by which requests choose a model that is about to be loaded; checks that its files
    are here and its licence is accepted."""
    if model == BUNDLED or model.endswith(".safetensors"):
        return BUNDLED
    entry = entry_of(model)
    check_licence(entry, record_file(), accepts)
    for package in ("diffusers", "transformers"):
        needs(package)
    folder_of(model)
    return entry.name


def check_licence(entry: Entry, record: Path, accepts: bool) -> None:
    """Before a first use. BadRequest shows the licence of a model that nobody accepted yet."""
    if accepted(entry, record):
        return
    if not accepts:
        raise BadRequest(
            "model",
            f"{entry.name} has a licence of its own. {entry.licence}"
            + (f" See https://huggingface.co/{entry.hub}." if entry.hub else "")
            + " If you accept it, add --accept-licence, once.",
        )
    accept(entry, record)
