-- OSC 1.0 messages for Lua 5.3 and 5.4: the types i f s b h d T F, and bundles on the way in.
--
-- osc.encode(address, types, ...): one packet. osc.decode(packet): a list of {address, values},
-- or nil and a sentence where the packet is no OSC.

local osc = {}

local MOST_DEPTH = 8

local function padded(text)
  return text .. ("\0"):rep(4 - #text % 4)
end

local WRITE = {
  i = function(value) return string.pack(">i4", math.tointeger(value)) end,
  h = function(value) return string.pack(">i8", math.tointeger(value)) end,
  f = function(value) return string.pack(">f", value) end,
  d = function(value) return string.pack(">d", value) end,
  s = function(value) return padded(value) end,
  b = function(value) return string.pack(">s4", value) .. ("\0"):rep(-#value % 4) end,
  T = function() return "" end,
  F = function() return "" end,
}

function osc.encode(address, types, ...)
  local parts = { padded(address), padded("," .. types) }
  for index = 1, #types do
    parts[#parts + 1] = WRITE[types:sub(index, index)]((select(index, ...)))
  end
  return table.concat(parts)
end

local function fail(what)
  error({ sentence = "OSC: " .. what .. "." }, 0)
end

local function read_text(packet, at, last)
  local stop = packet:find("\0", at, true)
  if not stop or stop > last then fail("a text without end") end
  local following = stop + 4 - (stop - at) % 4
  if following > last + 1 then fail("a text without padding") end
  return packet:sub(at, stop - 1), following
end

local function read_number(format, size)
  return function(packet, at, last)
    if at + size - 1 > last then fail("a number that is cut off") end
    return (string.unpack(format, packet, at)), at + size
  end
end

local READ = {
  i = read_number(">i4", 4), h = read_number(">i8", 8),
  f = read_number(">f", 4), d = read_number(">d", 8), s = read_text,
  T = function(_, at) return true, at end,
  F = function(_, at) return false, at end,
  b = function(packet, at, last)
    local size = read_number(">i4", 4)(packet, at, last)
    if size < 0 or at + 3 + size > last then fail("a blob that is cut off") end
    return packet:sub(at + 4, at + 3 + size), at + 4 + size + -size % 4
  end,
}

local function read_message(packet, at, last)
  if packet:byte(at) ~= 47 then fail("neither a message nor a bundle") end
  local message = { values = {} }
  local types
  message.address, at = read_text(packet, at, last)
  types, at = read_text(packet, at, last)
  if types:sub(1, 1) ~= "," then fail("no type tags") end
  for index = 2, #types do
    local reader = READ[types:sub(index, index)]
    if not reader then fail("an unknown type, code " .. types:byte(index)) end
    message.values[index - 1], at = reader(packet, at, last)
  end
  return message
end

local function read_packet(packet, at, last, depth, found)
  if packet:sub(at, at + 7) ~= "#bundle\0" then
    found[#found + 1] = read_message(packet, at, last)
    return
  end
  if depth == MOST_DEPTH then fail("too many bundles in each other") end
  at = at + 16
  while at <= last do
    local size = read_number(">i4", 4)(packet, at, last)
    if size <= 0 or size % 4 ~= 0 or at + 3 + size > last then fail("a broken bundle") end
    read_packet(packet, at + 4, at + 3 + size, depth + 1, found)
    at = at + 4 + size
  end
end

function osc.decode(packet)
  local found = {}
  local ok, problem = pcall(read_packet, packet, 1, #packet, 0, found)
  if ok then return found end
  return nil, type(problem) == "table" and problem.sentence or tostring(problem)
end

return osc
