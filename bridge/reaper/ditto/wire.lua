-- The way to the daemon over OSC, where LuaSocket is installed (mavriq-lua-sockets in ReaPack).
-- docs/osc.md describes the messages. What is not answered is sent again; a daemon that comes back
-- is told the job once more under the same id, and goes on with it or begins it anew.

local ditto = ...
local json, osc = ditto.json, ditto.osc
local wire = { name = "osc" }

local HOST, PORT = "127.0.0.1", 7770
local PIECE = 4000 -- bytes of JSON in a packet, as the daemon's own client sends them
local AGAIN, ASK, GONE = 0.25, 0.5, 1.2 -- seconds: resend, ask for the state, call it missing
local HELLO = 0.3 -- seconds to wait for the first answer
local MOST = 64 -- packets taken in one go
local FOLDER = "/Scripts/Mavriq ReaScript Repository/Various/Mavriq-Lua-Sockets/"

local link, token
local told = { state = "missing", note = "", restarts = 0, capabilities = {} }
local heard, asked_at, uptime = -math.huge, -math.huge, 0
local introduced = false -- whether this daemon knows whose the job is
local job -- {id, reply, steps, result}

local function load_socket()
  local folder = reaper.GetResourcePath() .. FOLDER
  package.cpath = package.cpath .. ";" .. folder .. "?.dll;" .. folder .. "?.so"
  package.path = package.path .. ";" .. folder .. "?.lua"
  local ok, socket = pcall(require, "socket.core")
  return ok and type(socket) == "table" and socket.udp and socket or nil
end

local function send(address, types, ...)
  link:send(osc.encode(address, types, ...))
end

-- JSON whose letters are all ASCII: it may be cut anywhere.
local function ascii(text)
  return (text:gsub("[\xC2-\xF4][\x80-\xBF]+", function(letter)
    local code = utf8.codepoint(letter)
    if code < 0x10000 then return string.format("\\u%04x", code) end
    code = code - 0x10000
    return string.format("\\u%04x\\u%04x", 0xD800 + code // 0x400, 0xDC00 + code % 0x400)
  end))
end

local function fresh_reply(id)
  return {
    id = id, state = "waiting", stage = "", step = 0, of = 0, losses = {}, takes = json.array(),
    blocks = json.array(),
  }
end

-- What has to be said, in this order, each until it is answered.
local function begin_steps()
  job.steps = introduced and {} or { { "/ditto/hello", "si", token, 0 } }
  local before = #job.steps
  local text, of = job.text, math.max(1, math.ceil(#job.text / PIECE))
  for piece = 0, of - 1 do
    local part = text:sub(piece * PIECE + 1, (piece + 1) * PIECE)
    job.steps[before + piece + 1] =
      { "/ditto/job/json", "siis", job.id, piece, of, part, piece = piece }
  end
  job.steps[before + of + 1] = { "/ditto/job/submit", "s", job.id }
  job.sent = -math.huge
end

local function step_done(address, piece)
  local step = job and job.steps[1]
  if step and step[1] == address and (not piece or step.piece == piece) then
    table.remove(job.steps, 1)
    job.sent = -math.huge
  end
end

local function ask_result()
  job.result = job.result or {}
  job.steps[#job.steps + 1] =
    { "/ditto/job/result", "si", job.id, #job.result, piece = #job.result }
end

-- The last word about the job; it is repeated until it is acknowledged.
local function ended(state, failure)
  if job.result then return end
  job.steps = {}
  if state == "done" then return ask_result() end
  job.reply.state, job.reply.error = state, failure
  send("/ditto/ack", "s", job.id)
end

local function losses(values, from)
  local found = {}
  for index = from, #values - 1, 2 do found[values[index]] = values[index + 1] end
  return found
end

local ABOUT = {}

ABOUT["/ditto/job/ok"] = function(values)
  if values[2] == "/ditto/job/json" then step_done(values[2], values[3]) end
end

ABOUT["/ditto/job/accepted"] = function()
  step_done("/ditto/job/submit")
  if job.reply.state == "waiting" then job.reply.state = "accepted" end
end

ABOUT["/ditto/job/progress"] = function(values)
  local reply = job.reply
  reply.state, reply.stage, reply.step, reply.of = "running", values[2], values[3], values[4]
  reply.seconds_left = values[5] >= 0 and values[5] or json.null
  reply.losses = losses(values, 6)
end

ABOUT["/ditto/job/preview"] = function(values) job.reply.preview = values[2] end
ABOUT["/ditto/job/block"] = function(values)
  local blocks, block = job.reply.blocks, {}
  block.take, block.number, block.of, block.path = table.unpack(values, 2, 5)
  block.begin, block["end"], block.rate = table.unpack(values, 7, 9)
  blocks[#blocks + 1] = block
end

ABOUT["/ditto/job/done"] = function() ended("done") end
ABOUT["/ditto/job/cancelled"] = function() ended("cancelled") end

ABOUT["/ditto/job/fail"] = function(values)
  ended("failed", { code = values[2], argument = values[3], message = values[4] })
end

ABOUT["/ditto/job/result.reply"] = function(values)
  if values[2] ~= #job.result then return end
  job.result[#job.result + 1] = values[4]
  step_done("/ditto/job/result", values[2])
  if #job.result < values[3] then return ask_result() end
  local result = json.decode(table.concat(job.result), ditto.breathe)
  job.reply.takes, job.reply.state = result.takes, "done"
  send("/ditto/ack", "s", job.id)
end

-- A refusal of something about the job; that it has been submitted already is none.
local function refused(values)
  local command, code, argument = values[1], values[3], values[4]
  if not job or values[2] ~= job.id then return end
  if code == "no_hello" or code == "unknown_job" then
    introduced = false
    return begin_steps()
  end
  if command == "/ditto/job/json" and argument == "id" then
    while job.steps[1] and job.steps[1][1] == command do table.remove(job.steps, 1) end
  elseif code == "queue_full" then
    job.sent = reaper.time_precise() -- asked again a little later
  elseif command == "/ditto/job/json" or command == "/ditto/job/submit" then
    ended("failed", { code = code, argument = argument, message = values[5] })
  end
end

local function heed(address, values)
  heard = reaper.time_precise()
  if address == "/ditto/hello.reply" then
    told.version, told.model, told.device = values[1], values[3], values[5]
    introduced = true
    step_done("/ditto/hello")
  elseif address == "/ditto/capability" then
    told.capabilities[values[1]] = table.move(values, 2, #values, 1, json.array())
  elseif address == "/ditto/status.reply" then
    if values[6] < uptime then
      told.restarts, introduced = told.restarts + 1, false
      if job then begin_steps() end
    end
    told.state, told.note, uptime = values[1], values[7], values[6]
  elseif address == "/ditto/fail" then
    refused(values)
  elseif job and ABOUT[address] and values[1] == job.id then
    ABOUT[address](values)
  end
end

-- Takes in what has come and says what is due.
local function pump()
  for _ = 1, MOST do
    local packet = link:receive()
    if not packet then break end
    for _, message in ipairs(osc.decode(packet) or {}) do heed(message.address, message.values) end
    ditto.breathe()
  end
  local now = reaper.time_precise()
  if now - asked_at > ASK then
    asked_at = now
    send("/ditto/status", "")
    if job and job.reply.state == "running" then send("/ditto/job/state", "s", job.id) end
  end
  if now - heard > GONE and told.state ~= "missing" then
    told.state, introduced = "missing", false
    if job and job.reply.state ~= "done" then
      job.reply = fresh_reply(job.id)
      job.result = nil
      begin_steps()
    end
  end
  local step = job and job.steps[1]
  if step and now - job.sent > AGAIN then
    job.sent = now
    send(table.unpack(step))
  end
end

-- Whether the daemon can be reached this way; waits a moment for its answer.
function wire.open()
  local socket = load_socket()
  if not socket then return false end
  link = socket.udp()
  link:settimeout(0)
  link:setpeername(HOST, tonumber(os.getenv("DITTO_DAW_PORT")) or PORT)
  token = reaper.genGuid():gsub("[{}]", "")
  local ends = reaper.time_precise() + HELLO
  send("/ditto/hello", "si", token, 0)
  repeat
    pump()
    if told.state ~= "missing" then return true end
    ditto.pause()
  until reaper.time_precise() > ends
  link:close()
  return false
end

function wire.submit(request, text)
  job = { id = request.id, text = ascii(text), sent = -math.huge }
  job.reply = fresh_reply(job.id)
  begin_steps()
  pump()
end

function wire.reply()
  pump()
  return job.reply
end

function wire.cancel(id)
  for _ = 1, 3 do send("/ditto/job/cancel", "s", id) end
end

function wire.forget()
  link:close()
end

function wire.daemon()
  local known = ditto.spool.daemon()
  told.start, told.serve = known.start, known.serve
  return told
end

return wire
