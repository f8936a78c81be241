"""The protocol as one table. Checks, encoding, decoding and docs/osc.md follow from it.

Requests travel to the daemon, replies to the client. Names follow scsynth where it has one:
`/status` is answered by `/status.reply`, `/sync` by `/synced`, a refusal is `/fail`.
"""

from __future__ import annotations

import sys
from typing import Any

from ditto_daw.errors import BadMessage
from ditto_daw.requests.schema import Argument, Message
from ditto_daw.wire import osc
from ditto_daw.wire.replies import (
    ASSET_LIMIT,
    ENDS,
    FAIL,
    HASH,
    ID,
    OF,
    OFFSET,
    OK,
    PIECE,
    QUARTER,
    REPLIES,
)

PROTOCOL = 1
"""Counts up when a message changes its meaning, not when one is added."""
PORT = 7770
SECRET = "DITTO_DAW_SECRET"
"""Of the environment: what a daemon asks of other machines, and what their bridges answer."""
TEXT_PIECE = 4000
"""Characters of JSON per packet, written in ASCII: with its address and id well below 8 kB."""
CHUNK = 65536
"""Most bytes of an asset per message; only TCP carries packets of that size."""
_JOB = (OK, FAIL)

_REQUESTS = (
    Message(
        "/ditto/hello",
        "Say which client this address speaks for. Jobs belong to the token: the same token from "
        "another address, after a restart or a new cable, owns them again, and replies follow it. "
        "Answered by one hello.reply and as many capability messages as that one announces.",
        (
            Argument("token", "id", "a text that only this client knows; keep it with the project"),
            Argument(
                "port", "int", "UDP port for replies; 0: the sender's own", 0, 65535, default=0
            ),
            Argument(
                "secret", "text", "the daemon's, if it is another machine", high=200, default=""
            ),
        ),
        replies=("/ditto/hello.reply", "/ditto/capability", FAIL),
    ),
    Message(
        "/ditto/ping",
        "Is anybody there? Answered at once, also while rendering.",
        (Argument("number", "int", "returned as it came", default=0),),
        replies=("/ditto/pong",),
    ),
    Message("/ditto/status", "What the daemon is doing.", replies=("/ditto/status.reply",)),
    Message(
        "/ditto/sync",
        "Answered once everything this client sent before has been handled.",
        (Argument("number", "int", "returned as it came", default=0),),
        replies=("/ditto/synced",),
    ),
    Message(
        "/ditto/quit",
        "End the daemon. Refused while it works for other clients, unless forced.",
        (Argument("force", "switch", "1: also when others would lose jobs", default=False),),
        replies=("/ditto/bye", FAIL),
    ),
    Message("/ditto/job/new", "Begin to build a job.", (ID,), replies=_JOB),
    Message(
        "/ditto/job/set",
        "Set one field of a job that is being built; without a value it goes back to its default. "
        "See the fields below.",
        (ID, Argument("field", "text", "name of the field")),
        (Argument("value", "value", "its value; several where the field is a list"),),
        _JOB,
    ),
    Message(
        "/ditto/job/notes",
        "One piece of the MIDI clip's notes. Quarters count from the beginning of the result.",
        (ID, PIECE, OF),
        (
            Argument("start", "number", "quarters"),
            Argument("length", "number", "quarters"),
            Argument("pitch", "int", "MIDI key, 60 is middle C", 0, 127),
            Argument("velocity", "int", "MIDI velocity", 1, 127),
            Argument("channel", "int", "MIDI channel, from 0", 0, 15),
        ),
        _JOB,
    ),
    Message(
        "/ditto/job/points",
        "One piece of the intensity curve. Quarters count from the beginning of the result; the "
        "field curve.unit says what the values are. From a point that is free up to the next "
        "one the curve asks for nothing.",
        (ID, PIECE, OF),
        (QUARTER, Argument("value", "level", "dB, or 0 to 1")),
        _JOB,
    ),
    Message(
        "/ditto/job/section",
        "One section of a long clip, from its beginning: how many bars, and any of genre, mood, "
        "key, roles (one row each), prompt, intensity (dB about the mean) and letter (where it "
        "comes again, so do levels and chords); or name, as of a marker, which says them in one: "
        '"verse: house, calm, -6 dB". What is left out is as in the whole job.',
        (ID, PIECE, OF),
        (Argument("field", "text", "bars, genre, ..."), Argument("value", "value", "its value")),
        _JOB,
    ),
    Message(
        "/ditto/job/tempo",
        "One piece of the tempo map: a step at each quarter of the timeline.",
        (ID, PIECE, OF),
        (QUARTER, Argument("bpm", "number", "quarter notes per minute", 20, 400)),
        _JOB,
    ),
    Message(
        "/ditto/job/meter",
        "One piece of the meter map.",
        (ID, PIECE, OF),
        (
            QUARTER,
            Argument("numerator", "int", "beats in a bar", 1, 64),
            Argument("denominator", "int", "note value of a beat", 1, 64),
        ),
        _JOB,
    ),
    Message(
        "/ditto/job/json",
        "One piece of a whole job as JSON text, instead of the messages above or before them "
        "(they win). Begins the job when it is new.",
        (ID, PIECE, OF, Argument("text", "text", "JSON", high=osc.FRAME)),
        replies=_JOB,
    ),
    Message(
        "/ditto/job/submit",
        "The job is complete: queue it. Sent twice, it renders once and the reply is repeated.",
        (ID,),
        replies=("/ditto/job/accepted", *ENDS, FAIL),
    ),
    Message(
        "/ditto/job/cancel",
        "Stop a job, whether being built, queued or running. Looked at before every call of the "
        "model; no file is left, takes that were told before included.",
        (ID,),
        replies=(OK, "/ditto/job/cancelled", *ENDS, FAIL),
    ),
    Message(
        "/ditto/job/keep",
        "Enough: render the best found so far, or finish what is being sampled, and be done. Of "
        "several drafts, those that are ready stay; a long clip keeps its length, and what is left "
        "of it is made without control. May be sent again; a cancel still wins.",
        (ID,),
        replies=(OK, *ENDS, FAIL),
    ),
    Message(
        "/ditto/job/state",
        "Where a job stands. When it has ended, its takes and last reply come again too.",
        (ID,),
        replies=("/ditto/job/state.reply", *ENDS, FAIL),
    ),
    Message(
        "/ditto/job/result",
        "Ask for one piece of everything known about a finished job, as JSON: every take with all "
        "of its figures.",
        (ID, PIECE),
        replies=("/ditto/job/result.reply", FAIL),
    ),
    Message(
        "/ditto/ack",
        "The last reply of this job has arrived: stop repeating it.",
        (ID,),
    ),
    Message(
        "/ditto/asset/put",
        "Hand over a piece of a file, in order; without data, ask how far the daemon is. Use TCP.",
        (
            HASH,
            Argument("size", "int", "bytes in the whole file", 1, ASSET_LIMIT),
            OFFSET,
            Argument("data", "blob", "the bytes", high=CHUNK, default=b""),
        ),
        replies=("/ditto/asset/put.reply", FAIL),
    ),
    Message(
        "/ditto/asset/get",
        "Ask for a piece of a file: an asset that was put, or a take that was rendered.",
        (HASH, OFFSET, Argument("most", "int", "bytes wanted", 1, CHUNK, default=4096)),
        replies=("/ditto/asset/data", FAIL),
    ),
)

REQUESTS = {message.address: message for message in _REQUESTS}
ALL = {**REQUESTS, **REPLIES}


def encode(address: str, limit: int = osc.PACKET, **named: Any) -> bytes:
    """One message as an OSC packet of at most `limit` bytes.

    Raises BadRequest or BadMessage naming the argument; KeyError for an address not in the table.
    """
    packet = osc.build(address, ALL[address].spell(named))
    if len(packet) > limit:
        raise BadMessage(
            address, f"{address} needs {len(packet):,} bytes; {limit:,} is the most: send pieces."
        )
    return packet


def decode(packet: bytes, limit: int = osc.PACKET) -> list[tuple[str, dict[str, Any]]]:
    """Every message of a packet as (address, values by name). Raises like `encode`."""
    return [(address, check(address, values)) for address, values in osc.parse(packet, limit=limit)]


def check(address: str, values: list[Any]) -> dict[str, Any]:
    """Values by name. BadMessage for an address that is not in the table."""
    if address not in ALL:
        raise BadMessage(address[:80], f"There is no message {address[:80]}; see docs/osc.md.")
    return ALL[address].check(values)


def main() -> None:
    """Print the protocol's document."""
    from ditto_daw.wire.osc_document import document

    sys.stdout.write(document())


if __name__ == "__main__":
    main()
