"""The half of the protocol's table that travels to the client; the other is in messages.py."""

from __future__ import annotations

from ditto_daw.requests.schema import Argument, Message

ASSET_LIMIT = 1 << 30
"""Most bytes of one asset: its offsets are 32-bit integers."""

ID = Argument("id", "job", "the job, in the client's own words")
PIECE = Argument("piece", "int", "which piece this is, from 0", 0, 4095)
OF = Argument("of", "int", "how many pieces there are in all", 1, 4096)
HASH = Argument("sha256", "text", "SHA-256 of the whole file, 64 hexadecimal digits", high=64)
OFFSET = Argument("offset", "int", "where the bytes begin", 0, ASSET_LIMIT)
CODE = Argument("code", "text", "what kind of failure, for programs; see the list below")
NAMED = Argument("argument", "text", 'the argument, field or path at fault; "" when none is')
SENTENCE = Argument("sentence", "text", "what happened and what to do, for people")
QUARTER = Argument("quarter", "number", "position in quarter notes")
STATE = Argument(
    "state", "text", "building, queued, running, cancelling, done, failed or cancelled"
)
LOSS = (
    Argument("objective", "text", "name of a control"),
    Argument("loss", "float", "its loss, smaller is nearer"),
)
OK = "/ditto/job/ok"
FAIL = "/ditto/fail"
ENDS = ("/ditto/job/done", "/ditto/job/cancelled", "/ditto/job/fail")
"""The last reply of every job is one of these; it is repeated until acknowledged."""

_REPLIES = (
    Message(
        "/ditto/hello.reply",
        "The daemon introduces itself.",
        (
            Argument("version", "text", "of ditto-daw"),
            Argument("protocol", "int", "of these messages"),
            Argument("model", "text", "name of the model"),
            Argument("state", "text", "loading, ready or failed"),
            Argument(
                "device",
                "text",
                "where and how it renders: cpu (bundled in fp32, 8 at once), or a list of such",
            ),
            Argument("capabilities", "int", "how many capability messages follow"),
        ),
    ),
    Message(
        "/ditto/capability",
        "One thing that this daemon can do: rates, genres, moods, keys, roles, meters, limits.",
        (Argument("name", "text", "which"),),
        (Argument("value", "value", "one of its values"),),
    ),
    Message("/ditto/pong", "To ping.", (Argument("number", "int", "as it came"),)),
    Message(
        "/ditto/status.reply",
        "To status.",
        (
            Argument("state", "text", "loading, ready or failed"),
            Argument("queued", "int", "jobs waiting"),
            Argument("running", "int", "jobs being rendered"),
            Argument("ended", "int", "jobs done, failed or cancelled since the start"),
            Argument("restarts", "int", "times a rendering process had to be started again"),
            Argument("uptime", "float", "seconds"),
            Argument("note", "text", "why the state, or that of a device, is failed"),
            Argument("devices", "text", "as in hello; beside one that is not ready, its state"),
        ),
    ),
    Message("/ditto/synced", "To sync.", (Argument("number", "int", "as it came"),)),
    Message("/ditto/bye", "The daemon ends now."),
    Message(
        FAIL,
        "A message was refused; nothing has changed. Sent once per refused message.",
        (
            Argument("command", "text", "address of the refused message"),
            Argument("id", "text", 'the job; "" when the message names none'),
            CODE,
            NAMED,
            SENTENCE,
        ),
    ),
    Message(
        OK,
        "A building message, or a cancel, has arrived. Send again what is not answered.",
        (
            ID,
            Argument("command", "text", "address of the message"),
            Argument("piece", "int", "its piece, 0 for messages without"),
        ),
    ),
    Message(
        "/ditto/job/accepted",
        "To submit.",
        (ID, STATE, Argument("place", "int", "jobs ahead of it in the queue")),
    ),
    Message(
        "/ditto/job/progress",
        "About ten times a second while a job runs.",
        (
            ID,
            Argument("stage", "text", 'as "optimising", of a long clip "optimising, block 2 of 4"'),
            Argument("step", "int", "steps done in this stage"),
            Argument("of", "int", "steps in this stage"),
            Argument("seconds", "float", "time left, s; negative while unknown"),
        ),
        LOSS,
    ),
    Message(
        "/ditto/job/preview",
        "The best result so far can be heard: first what the seed does without control, then, "
        "every few seconds, what has become better. Of several variations, the first.",
        (ID, Argument("path", "text", "a WAV"), Argument("asset", "text", "the same, to get")),
        LOSS,
    ),
    Message(
        "/ditto/job/block",
        "A stretch of a long clip that can be heard while the rest is rendered: put one after the "
        "other, a take's blocks are the take, sample for sample. The files are temporary: when the "
        "take has come, use that. A clip that is continued before its source has none, nor has one "
        "that is rendered at once. Sent once; take and number say which one was missed.",
        (
            ID,
            Argument("take", "int", "which take, from 0"),
            Argument("number", "int", "which of its blocks, from 0"),
            Argument("of", "int", "how many it has"),
            Argument("path", "text", "a WAV"),
            Argument("asset", "text", "the same, to get"),
            Argument("begin", "int", "the take's sample at which it begins"),
            Argument("end", "int", "one past its last sample"),
            Argument("rate", "int", "samples per second"),
        ),
    ),
    Message(
        "/ditto/job/take",
        "One result, as soon as it is ready: drafts come one by one. All takes come again with "
        "done.",
        (
            ID,
            Argument("index", "int", "from 0"),
            Argument("path", "text", "the WAV"),
            Argument("asset", "text", 'the same for another machine: "asset:" and its sha256'),
            Argument("samples", "int", "exact length per channel"),
            Argument("rate", "int", "samples per second"),
            Argument("seed", "int", "renders it again"),
        ),
        (
            Argument("figure", "text", "what was achieved, by name"),
            Argument("amount", "float", "how much"),
        ),
    ),
    Message(
        "/ditto/job/done",
        "The job is complete. Repeated, takes included, until acknowledged.",
        (ID, Argument("takes", "int", "how many take messages belong to it")),
    ),
    Message("/ditto/job/cancelled", "The job was cancelled. Repeated until acknowledged.", (ID,)),
    Message(
        "/ditto/job/fail",
        "The job could not be rendered. Repeated until acknowledged.",
        (ID, CODE, NAMED, SENTENCE),
    ),
    Message("/ditto/job/state.reply", "To state.", (ID, STATE)),
    Message(
        "/ditto/job/result.reply",
        "One piece of the result.",
        (ID, PIECE, OF, Argument("text", "text", "JSON")),
    ),
    Message(
        "/ditto/asset/put.reply",
        "How much of the file is here.",
        (HASH, Argument("received", "int", "bytes; the whole size when complete and verified")),
    ),
    Message(
        "/ditto/asset/data",
        "A piece of the file.",
        (
            HASH,
            OFFSET,
            Argument("size", "int", "bytes in the whole file"),
            Argument("data", "blob", "the bytes; left out beyond the end", default=b""),
        ),
    ),
)

REPLIES = {message.address: message for message in _REPLIES}
