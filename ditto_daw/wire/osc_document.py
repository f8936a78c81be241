"""docs/osc.md, written from the tables: the document cannot say anything else than the code."""

from __future__ import annotations

from collections.abc import Iterable

from ditto_daw.errors import CODES
from ditto_daw.requests.schema import TYPES, Argument, Message
from ditto_daw.wire import osc
from ditto_daw.wire.form import FIELDS, MANY
from ditto_daw.wire.messages import CHUNK, PORT, PROTOCOL, REPLIES, REQUESTS

_HEAD = f"""\
# The OSC protocol

<!-- Written by `ditto-daw docs`; change ditto_daw/wire/messages.py instead. -->

Protocol {PROTOCOL}. The daemon listens on 127.0.0.1, port {PORT}, UDP and TCP alike. TCP packets
are preceded by their length in four bytes (OSC 1.0, as liblo and sclang do).

- A UDP packet has at most {osc.PACKET:,} bytes either way, a TCP packet {osc.FRAME:,}. Bundles are
  taken apart (nested at most {osc.DEPTH} deep); their time tags are ignored.
- Replies go to the address that `/ditto/hello` named, or to the sender when it never said hello.
- A job's id may be written `token/id`. The message then counts as that client's, whatever port it
  comes from, and is answered where the token's last hello said: so can `oscsend`, which takes a
  new port every time, build a job. Replies name the job without the token.
- Everything may be sent twice. What is not answered within a second may be sent again.
- A job ends in exactly one of done, cancelled or fail. That last reply is repeated, ever more
  slowly, until `/ditto/ack` arrives; `/ditto/job/state` brings it again at any time.
- Arguments in [brackets] may be left out. A (group)* is repeated any number of times.

## A loop from a patch

```
/ditto/hello        mypatch 9001
/ditto/job/new      1
/ditto/job/set      1 kind loop
/ditto/job/set      1 bars 4
/ditto/job/set      1 genre house
/ditto/job/tempo    1 0 1  0 124
/ditto/job/points   1 0 1  0 0.2  8 0.9  16 0.2
/ditto/job/set      1 curve.unit unit
/ditto/job/submit   1
                              → /ditto/job/accepted 1 queued 0
                              → /ditto/job/progress 1 optimising 3 20 11.5 intensity 0.8
                              → /ditto/job/take 1 0 /…/ditto-new-7.wav asset:… 341419 44100 7
                              → /ditto/job/done 1 1
/ditto/ack          1
```

## Draft, choose, control

```
/ditto/job/set      d kind draft
/ditto/job/set      d variations 4
                              → /ditto/job/take d 0 /…/ditto-draft-7.wav …   each when it is ready
/ditto/job/set      2 from.job d
/ditto/job/set      2 from.take 3
/ditto/job/points   2 0 1  0 0.2  16 0.9
                              → /ditto/job/preview 2 /…/2-14.wav …           the best so far
/ditto/job/keep     2                                                     good enough: be done
/ditto/job/set      3 use redo
/ditto/job/set      3 from.job 2
/ditto/job/set      3 redo.start 3
/ditto/job/set      3 redo.end 4
```

A job with `from` begins with the latent of that take (a job and the number of its take, or the
path of its file, wherever a DAW has copied it, or its asset). Of genre, mood, key, roles, prompt,
midi, melody, harmony, curve, intensity_loss, follow, structure, groove, weights, balance, tempo,
position and length it takes over what it does not name itself (in JSON, null leaves a field out),
and the seed, unless it is a redo. Length, beats and model must be the earlier one's. Its first
variation begins with the latent itself, further ones lean away from it. A redo re-makes the bars
from `redo.start` up to `redo.end`, perhaps over the loop's end, and keeps every other sample; its
clip is the take, or any loop that `source` names.

## Controls

```
/ditto/job/points   6 0 1  0 -6  4 0  4 free  12 0  16 -9                  a lane with a free span
/ditto/job/set      6 structure AABA                                      form over equal parts
/ditto/job/set      6 groove grid                                         onsets on the beat
/ditto/job/set      6 weights.intensity 0.1
/ditto/job/set      7 follow.path /…/guitar.wav                           accompany a recording
/ditto/job/set      8 follow.path /…/song.wav                             or take over its form
/ditto/job/set      8 follow.features structure intensity
```

Every feature has one target: intensity from the curve, melody and harmony from the MIDI clip,
structure and groove from their fields, or any of them from the recording in `follow`, over the
frames that it covers. A job that follows a recording's harmony, or a MIDI clip of chords whose
melody is "none", is an accompaniment: no lead plays unless `roles` asks for it. Objectives are
weighed as the paper does, with `balance auto` by how hard each of them pulls, and by `weights`
where given. `intensity_loss correlation` asks for a curve's shape and leaves its level free.

## Clips

```
/ditto/job/set      4 kind clip
/ditto/job/set      4 use continue                    or new, fill, redo, vary
/ditto/job/set      4 source.path /…/verse.wav
/ditto/job/set      4 source.position 32
/ditto/job/set      4 bars 24                         of the whole result, the clip included
/ditto/job/set      4 side after                      or before
/ditto/job/set      5 kind clip
/ditto/job/set      5 use fill
/ditto/job/set      5 source.path /…/verse.wav
/ditto/job/set      5 next.path /…/chorus.wav
/ditto/job/set      5 bars 20                         both clips and the gap between them
```

A clip has a beginning and an end, and lasts up to ten minutes: it is made window by window, each of
which matches the `overlap` quarters beside it (about two seconds unless told). The samples of
`source` and `next` stay as they are. `before` puts the new music in front: the result begins as
much earlier than `source.position` as it is longer than the clip; `position` is not looked at.
A gap holds one beat to 16 bars. A redo of a clip re-makes the bars from `redo.start` to `redo.end`.
The figures of a take say where the kept audio lies (`kept`: first sample and one past the last) and
how good every join is (`crossings`). Where the clip `next` has another sample rate than the first,
it is brought to that, and `next_resampled_from` says its own. A loop is made to close by a model
that runs round, or, with `loop_by mask`, as in the paper, by matching its own beginning after its
end.

## Songs

```
/ditto/job/set      s kind clip
/ditto/job/set      s sections "8 intro: drums, -9 dB; 16 verse; 8 chorus: energetic; 16 verse 2"
                              → /ditto/job/block s 0 0 4 /…/s-take-0-block-0.wav … 0 661500 44100
```

Each section has its bars and a name, as a DAW's marker has: what stands before the colon says which
sections are the same music, numbers apart, and what stands after it is a prompt of the section's
own, with a level in dB about the mean. `/ditto/job/section` says the same in fields, a message for
each, and takes a `name` too. With `samples` beside them, the last section ends there. Blocks come
as soon as they are rendered and can be played one after the other, while the rest is being made.

## Vary

```
/ditto/job/set      4 use vary
/ditto/job/set      4 source.path /…/my loop.wav                          a clip of one's own
/ditto/job/set      4 amount 0.3
/ditto/job/set      4 genre jazz
/ditto/job/set      5 use vary
/ditto/job/set      5 from.path /…/a preset.safetensors                   or an earlier latent
/ditto/job/set      5 amount 0.5
```

A variation lasts as long as its origin. A clip in `source` is inverted first: the latent is found
that the model makes it of, told its beats but no words. `amount` is the share of fresh noise, 0.3
when left out: 0 makes the clip or the earlier result again, 1 is new music. Prompt, lane and notes
say what shall become of it, at any amount. With any other use that has `from`, `amount` says the
same, of every variation.

A latent is a file of its own, named as `latent` with its take in `/ditto/job/result.reply`: a
preset to copy, keep and hand on, by `from.path` or as an asset. It is a safetensors file with the
latent, what was made of it, and the targets it was optimised for; it names its model, network,
guidance, sampler, steps, length, phase, seed and request. Another model, length or grid is
refused, and the refusal names the field. What was made by another network, or in other steps, is
inverted again where it is varied, else optimised again; the figure `origin` of a take says which,
and what differed. A variation that asks for the lane or notes that its latent was optimised for
needs a few steps only.

## Types

| type | on the wire |
|---|---|
"""


def document() -> str:
    """The whole document as Markdown."""
    types = "".join(f"| {name} | {spelling} |\n" for name, (_, _, spelling) in TYPES.items())
    fields = _table(FIELDS.values(), " (several)")
    codes = "".join(
        f"| `{code}` | {(cls.__doc__ or '').splitlines()[0]} |\n" for code, cls in CODES.items()
    )
    return (
        f"{_HEAD}{types}"
        f"\n## To the daemon\n{''.join(map(_section, REQUESTS.values()))}"
        "\n## Fields of a job\n\nFor `/ditto/job/set`. In JSON the dots are nested objects: "
        '`{"source": {"path": …}}`.\n\n'
        f"{fields}"
        f"\n## From the daemon\n{''.join(map(_section, REPLIES.values()))}"
        "\n## Codes of failures\n\n| code | meaning |\n|---|---|\n"
        f"{codes}"
        f"\nAssets travel in pieces of at most {CHUNK:,} bytes.\n"
    )


def _section(message: Message) -> str:
    parts = [f"\n### `{' '.join(filter(None, (message.address, message.signature)))}`\n"]
    parts.append(f"{message.meaning}\n")
    if message.arguments or message.row:
        parts.append(_table((*message.arguments, *message.row)))
    if message.replies:
        parts.append(f"Replies: {', '.join(f'`{address}`' for address in message.replies)}\n")
    return "\n".join(parts)


def _table(arguments: Iterable[Argument], several: str = "") -> str:
    rows = "".join(_row(argument, several) for argument in arguments)
    return f"| name | type | range | meaning |\n|---|---|---|---|\n{rows}"


def _row(argument: Argument, several: str) -> str:
    kind = argument.type + (several if argument.name in MANY else "")
    limits = argument.range
    if argument.default is not None:
        default = int(argument.default) if argument.type == "switch" else argument.default
        limits = f"{limits or 'any'}; {'empty' if default == b'' else default} when left out"
    return f"| {argument.name} | {kind} | {limits} | {argument.meaning} |\n"
