"""The free prompt line, matched to the words that the model knows; what it misses is reported."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ditto_daw.requests.fields import Fields, choice, rows
from ditto_daw.vocabulary import KEYS, ROLES

GENRE_WORDS = {
    "house": "deep house, tech house, disco house, garage, dance, club, edm, four on the floor",
    "techno": "tekno, trance, industrial, acid, rave, minimal",
    "hiphop": "hip hop, hip-hop, rap, trap, boom bap, r&b, rnb, drill",
    "lofi": "lo fi, lo-fi, chillhop, lofi hip hop, lo-fi hip hop, study beats",
    "drum and bass": "drum & bass, drum n bass, drum'n'bass, dnb, d&b, jungle, breakbeat",
    "pop": "synthpop, synth pop, ballad, singer songwriter, country, folk",
    "rock": "metal, punk, grunge, indie, hard rock, blues",
    "funk": "funky, disco, soul, groove, groovy, motown",
    "jazz": "swing, bebop, bossa, bossa nova, jazzy, latin jazz",
    "ambient": "drone, soundscape, cinematic, atmospheric, new age, space, downtempo",
}
MOOD_WORDS = {
    "bright": "happy, cheerful, joyful, sunny, uplifting, playful, light",
    "calm": "relaxed, relaxing, chill, soft, gentle, peaceful, mellow, quiet, dreamy, smooth",
    "dark": "gloomy, sinister, evil, heavy, brooding, deep",
    "energetic": "energy, driving, powerful, upbeat, hard, aggressive, intense, exciting, epic",
    "melancholic": "sad, melancholy, nostalgic, wistful, sorrowful, blue, emotional, lonely",
    "tense": "nervous, anxious, suspense, suspenseful, dramatic, horror, scary",
}
ROLE_WORDS = {
    "drums": "drum, beat, beats, percussion, perc, kick, snare, hats, rhythm section",
    "bass": "bassline, bass line, sub, sub bass, 808, bass guitar",
    "chords": "chord, piano, keys, guitar, guitars, rhodes, organ, stabs, harmony, comping",
    "lead": "melody, solo, hook, topline, lead synth, riff, arp, arpeggio",
    "pad": "pads, strings, choir, texture, synth pad",
}
TEMPO_WORDS = {
    60: "very slow, largo, adagio",
    76: "slow",
    96: "medium, mid tempo, midtempo, moderate, andante",
    132: "fast, allegro, quick, up tempo, uptempo",
    168: "very fast, presto",
}
# Words that carry no wish of their own and would only clutter the report of unknown words.
_FILLERS = frozenset(
    re.split(
        " ",
        "a an and at bpm but can create for from give i in is it its like loop loops make me music"
        " my of on or please some something song sound sounding style that the this these those to"
        " track very want which with you bar bars only just nor",
    )
)
_NEGATIONS = frozenset({"no", "without", "not"})
# "Bass under these chords" asks for a bass; the chords are there already.
_BESIDE = frozenset({"under", "over", "beneath", "below", "above", "against", "behind", "beside"})
_JOINS = frozenset({"and", "or", "nor"})
_TOKEN = re.compile(r"\w[\w&'+]*(?:-[\w&'+]+)*")
_KEY = re.compile(r"([A-Ga-g])(?:([#♯b♭])| ?(sharp|flat))?(?: |-)?((?i:major|minor|maj|min)|m)\b")
_SHARPS = {"DB": "C#", "D#": "Eb", "GB": "F#", "G#": "Ab", "A#": "Bb", "CB": "B", "B#": "C"}
_SHARPS |= {"E#": "F", "FB": "E", "EB": "Eb", "AB": "Ab", "BB": "Bb"}
_BPM = re.compile(r"(\d{2,3}(?:\.\d{1,3})?) ?bpm\b")


@dataclass(frozen=True)
class Understood:
    """What a prompt line asks for: "", () and None where it says nothing; and its other words."""

    genre: str = ""
    mood: str = ""
    key: str = ""
    roles: tuple[str, ...] = ()
    bpm: float | None = None
    unknown: tuple[str, ...] = ()


def key_named(text: str) -> str:
    """The key that a text names ("Db major", "c#m", "A-flat minor"), or ""."""
    if text in KEYS:
        return text
    found = _KEY.fullmatch(text.strip().replace("-flat", " flat").replace("-sharp", " sharp"))
    return _key(found) if found else ""


def asked_key(fields: Fields) -> str:
    """The field key, however it is spelt; "" for none."""
    text = fields.text("key", 40, "")
    known = key_named(text)
    return "" if not text.strip() else known or choice(text, fields.name("key"), KEYS)


def asked_roles(fields: Fields) -> tuple[str, ...]:
    """The field roles, in the vocabulary's order; () for none."""
    name = fields.name("roles")
    given = rows(fields.get("roles", []), name, 16)
    named = {choice(role, f"{name}[{index}]", ROLES) for index, role in enumerate(given)}
    return tuple(role for role in ROLES if role in named)


def understand(line: str) -> Understood:
    """Match a prompt line to genre, mood, key, roles and tempo; the first of each kind wins.

    Longer phrases win over the words in them ("drum and bass" is no drums), "no drums" asks for
    every other role, "drums only" and "only drums" for that one.
    """
    line = " ".join(line.split()).replace("-flat", " flat").replace("-sharp", " sharp")
    bpm = _BPM.search(line.casefold())
    rest = line if not bpm else line[: bpm.start()] + " " + line[bpm.end() :]
    key = _first_key(rest)
    if key:
        rest = rest[: key.start()] + " " + rest[key.end() :]
    words = _TOKEN.findall(rest.casefold().replace(" & ", " and "))
    found: dict[str, str] = {}
    roles: list[str] = []
    dropped: list[str] = []
    unknown: list[str] = []
    mode = ""  # "no" while a negation holds, "beside" while the words tell what is there already
    while words:
        kind, meaning, used = _longest(words)
        if kind == "role" and mode != "beside":
            (dropped if mode == "no" else roles).append(meaning)
        elif kind and not mode:
            found.setdefault(kind, meaning)
        elif words[0] in _NEGATIONS | _BESIDE:
            mode = "no" if words[0] in _NEGATIONS else "beside"
        elif not kind and words[0] not in _FILLERS:
            unknown.append(words[0])
            mode = ""
        words = words[used:]
        if kind and not (words and words[0] in _JOINS):
            mode = ""
    if dropped and not roles:
        roles = [role for role in ROLES if role not in dropped]
    tempo = float(bpm[1]) if bpm else float(found["tempo"]) if "tempo" in found else None
    return Understood(
        found.get("genre", ""),
        found.get("mood", ""),
        _key(key) if key else "",
        tuple(role for role in ROLES if role in roles and role not in dropped),
        tempo,
        tuple(dict.fromkeys(unknown)),
    )


def _first_key(line: str) -> re.Match[str] | None:
    """The first key in a line that stands on its own ("in a minor", not "a minor change")."""
    for found in _KEY.finditer(line):
        before, after = line[: found.start()], line[found.end() :]
        bare = found[1].islower() and not (found[2] or found[3])
        article = found[1] == "a" and not re.search(r"\b(in|of) $", before) and after[:2].strip()
        if before[-1:].isalnum() or (bare and (found[4] == "m" or article)):
            continue
        return found
    return None


def _key(found: re.Match[str]) -> str:
    letter = found[1].upper()
    accidental = found[2] or {"sharp": "#", "flat": "b", None: ""}[found[3]]
    tonic = letter + accidental.replace("♯", "#").replace("♭", "b")
    mode = "major" if found[4].casefold() in ("major", "maj") else "minor"
    return f"{_SHARPS.get(tonic.upper(), tonic)} {mode}"


def _phrases() -> dict[tuple[str, ...], tuple[str, str]]:
    """Every known phrase as a tuple of words -> (kind, what it means)."""
    table: dict[tuple[str, ...], tuple[str, str]] = {}
    kinds: list[tuple[str, dict[str, str]]] = [
        ("tempo", {str(bpm): words for bpm, words in TEMPO_WORDS.items()}),
        ("role", ROLE_WORDS),
        ("mood", MOOD_WORDS),
        ("genre", GENRE_WORDS),
    ]
    for kind, synonyms in kinds:
        for meaning, words in synonyms.items():
            own = () if kind == "tempo" else (meaning,)
            for phrase in (*own, *words.split(", ")):
                table[tuple(_TOKEN.findall(phrase))] = (kind, meaning)
    return table


_PHRASES = _phrases()
_LONGEST = max(map(len, _PHRASES))


def _longest(words: list[str]) -> tuple[str, str, int]:
    """(kind, meaning, words used) of the longest known phrase that the words begin with."""
    for count in range(min(_LONGEST, len(words)), 0, -1):
        if match := _PHRASES.get(tuple(words[:count])):
            return (*match, count)
    return "", "", 1
