"""JSON in Lua against Python's: the same values there and back, and every mutation answered."""

import json
import random

import pytest
from lua import run_lua

pytestmark = pytest.mark.system("lua5.4")

ECHO = """
local json = require("json")
for line in io.lines(arg[1]) do
  local value, problem = json.decode(line)
  print(value == nil and "! " .. problem or json.encode(value))
end
"""
VALUES = [
    *(0, -1, 12, 0.1, -2.5e-7, 1e300, 1 / 3, 2**53, True, False, None, "", "é \u20ac \U0001f3b5"),
    'quote " back \\ slash / line \n tab \t bell \x07 delete \x7f',
    *([], {}, [[]], [{}], {"a": [], "b": {}}, [1, [2, [3, [None, {"x": None}]]]]),
    {"genres": ["house", "drum and bass"], "limits": {"bars": 64}, "": 0},
]


def echo(tmp_path, lines):
    file = tmp_path / "lines.json"
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return run_lua(ECHO, str(file)).splitlines()


@pytest.mark.parametrize("ascii_only", [True, False])
def test_there_and_back(tmp_path, ascii_only):
    lines = [json.dumps(value, ensure_ascii=ascii_only) for value in VALUES]
    assert [json.loads(line) for line in echo(tmp_path, lines)] == VALUES


def test_whatever_comes_is_answered(tmp_path):
    rng = random.Random(3)
    text = json.dumps(VALUES, ensure_ascii=True)
    broken = []
    for _ in range(2000):
        at, letter = rng.randrange(len(text)), rng.choice('{}[]",:\\u0e-x. ')
        broken.append(text[:at] + letter + text[at + rng.randrange(3) :])
    broken += ["[" * 5000, "", " ", '{"a" 1}', '["\\ud800"]']
    for line, said in zip(broken, echo(tmp_path, broken), strict=True):
        try:
            expected = json.loads(line)
        except (ValueError, RecursionError):
            continue  # refused or, as with 01 and 1., read generously; an answer is enough
        spelt = json.dumps(expected, ensure_ascii=False)
        half = any(0xD800 <= ord(letter) < 0xE000 for letter in spelt)
        assert half or said.startswith("!") or json.loads(said) == expected


def test_what_json_cannot_say_is_an_error():
    chunk = """
    local json = require("json")
    local loop = {}
    loop[1] = loop
    for _, value in ipairs({ 0 / 0, 1 / 0, print, loop, { [2] = 1 }, { [true] = 1 } }) do
      print(pcall(json.encode, value))
    end
    """
    answers = run_lua(chunk).splitlines()
    assert len(answers) == 6
    assert all(answer.startswith("false") for answer in answers)
