"""OSC in Lua against the daemon's own reading and writing, and whatever else may come."""

import random
import struct

import pytest
from lua import run_lua

from ditto_daw.wire import osc

pytestmark = pytest.mark.system("lua5.4")

ENCODE = """
local osc = require("osc")
local function hex(packet)
  print((packet:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)))
end
hex(osc.encode("/ditto/ping", "i", 7))
hex(osc.encode("/a", ""))
local blob = "\\0\\1\\2"
hex(osc.encode("/ditto/mixed", "ifhdsbTF", -1, 0.5, 2 ^ 40, 1 / 3, "größer", blob, true, false))
hex(osc.encode("/ditto/number", "i", 3.0))
"""
DECODE = """
local osc, json = require("osc"), require("json")
for line in io.lines(arg[1]) do
  local packet = line:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end)
  local found, problem = osc.decode(packet)
  for _, message in ipairs(found or {}) do json.array(message.values) end
  local is_json, text = pcall(json.encode, json.array(found or {})) -- JSON has no infinity
  print(found and (is_json and text or "[") or "! " .. problem)
end
"""


def decoded(tmp_path, packets):
    file = tmp_path / "packets"
    file.write_text("".join(packet.hex() + "\n" for packet in packets), encoding="ascii")
    return run_lua(DECODE, str(file)).removesuffix("\n").split("\n")


def bundle(*packets):
    sized = (struct.pack(">i", len(packet)) + packet for packet in packets)
    return b"#bundle\0" + bytes(8) + b"".join(sized)


def test_the_daemon_reads_what_lua_writes():
    one, two, three, four = (bytes.fromhex(line) for line in run_lua(ENCODE).splitlines())
    assert osc.parse(one) == [("/ditto/ping", [7])]
    assert osc.parse(two) == [("/a", [])]
    mixed = [-1, 0.5, 2**40, 1 / 3, "größer", b"\0\1\2", True, False]
    assert osc.parse(three) == [("/ditto/mixed", mixed)]
    assert osc.parse(four) == [("/ditto/number", [3])]


def test_lua_reads_what_the_daemon_writes(tmp_path):
    pairs = [("i", 7), ("h", -(2**40)), ("f", 0.25), ("d", 1 / 3), ("s", "größer"), ("s", "")]
    message = osc.build("/ditto/x", pairs)
    (line, both) = decoded(tmp_path, [message, bundle(message, bundle(message))])
    expected = (
        '{"address":"/ditto/x","values":[7,-1099511627776,0.25,0.3333333333333333,"größer",""]}'
    )
    assert line == f"[{expected}]"
    assert both == f"[{expected},{expected}]"


def test_whatever_comes_is_answered(tmp_path):
    rng = random.Random(5)
    good = bundle(osc.build("/ditto/x", [("i", 7), ("s", "text"), ("b", b"12345"), ("f", 1.0)]))
    packets = [good[:at] for at in range(1, len(good))]
    for _ in range(2000):
        broken = bytearray(good)
        for _ in range(rng.randrange(1, 4)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        packets.append(bytes(broken))
    deep = osc.build("/x", [])
    for _ in range(20):
        deep = bundle(deep)
    packets.append(deep)
    said = decoded(tmp_path, packets)
    assert len(said) == len(packets)
    assert all(line.startswith(("! OSC: ", "[")) for line in said)
    assert said[-1] == "! OSC: too many bundles in each other."
