-- JSON for Lua 5.3 and 5.4, in one file without dependencies.
--
-- json.encode(value): tables that json.array made, or whose keys are 1..n, become arrays; an empty
--   table is an object unless json.array made it. Numbers that are whole are written as such.
-- json.decode(text): arrays come as tables of json.array; null comes as json.null.
--   Returns nil and a sentence where the text is no JSON.
-- json.raw(text): a value that is JSON already. For lists that are too long to encode in one go.
--
-- Both take a function as second argument, which they call between values: a script that must
-- not keep its host waiting yields there.

local json = {}

json.null = setmetatable({}, { __tostring = function() return "null" end })
local Array = {}

-- Marks a table as an array, which matters where it is empty.
function json.array(list)
  return setmetatable(list or {}, Array)
end

local Raw = {}

function json.raw(text)
  return setmetatable({ text = text }, Raw)
end

function json.is_array(value)
  return type(value) == "table" and (getmetatable(value) == Array or #value > 0)
end

local ESCAPES = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f",
  ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function quoted(text)
  return '"' .. text:gsub('[%c"\\\127]', function(letter)
    return ESCAPES[letter] or string.format("\\u%04x", letter:byte())
  end) .. '"'
end

local function number(value)
  if value ~= value or value == math.huge or value == -math.huge then
    error("JSON has no number " .. tostring(value))
  end
  local whole = math.tointeger(value)
  if whole then return string.format("%d", whole) end
  -- The shortest text that reads back as the same number. A locale may write a comma.
  for digits = 15, 17 do
    local text = string.format("%." .. digits .. "g", value)
    if tonumber(text) == value or digits == 17 then return (text:gsub(",", ".")) end
  end
end

local encode
local pause -- called between values, while a text is being encoded or decoded

local function encode_table(value, depth)
  if getmetatable(value) == Raw then return value.text end
  if pause then pause() end
  if depth > 100 then error("a table is nested too deeply for JSON, or holds itself") end
  local parts = {}
  if json.is_array(value) then
    for index = 1, #value do parts[index] = encode(value[index], depth + 1) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local keys = {}
  for key in pairs(value) do
    if type(key) ~= "string" then error("a key of a JSON object must be text") end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for index, key in ipairs(keys) do
    parts[index] = quoted(key) .. ":" .. encode(value[key], depth + 1)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

function encode(value, depth)
  local kind = type(value)
  if value == nil or value == json.null then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "number" then return number(value) end
  if kind == "string" then return quoted(value) end
  if kind == "table" then return encode_table(value, depth) end
  error("JSON has no " .. kind)
end

-- Runs work(...) with a pause of its own, even where another text is under way meanwhile.
local function with_pause(between, work, ...)
  local function rested()
    between()
    pause = between and rested
  end
  pause = between and rested
  local results = table.pack(pcall(work, ...))
  pause = nil
  return table.unpack(results, 1, results.n)
end

function json.encode(value, between)
  local ok, text = with_pause(between, encode, value, 0)
  if not ok then error(text, 0) end
  return text
end

local PLAIN = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

local function fail(at, what)
  error({ sentence = string.format("JSON: %s at byte %d.", what, at) }, 0)
end

local function skip(text, at)
  return text:find("[^ \t\r\n]", at) or #text + 1
end

local function unicode(text, at)
  local hex = text:match("^%x%x%x%x", at)
  if not hex then fail(at, "a broken \\u") end
  return tonumber(hex, 16)
end

local function read_string(text, at)
  local parts, from = {}, at + 1
  while true do
    local stop = text:find('["\\%c]', from)
    if not stop then fail(at, "a text without end") end
    parts[#parts + 1] = text:sub(from, stop - 1)
    local letter = text:sub(stop, stop)
    if letter == '"' then return table.concat(parts), stop + 1 end
    if letter ~= "\\" and letter ~= "\127" then fail(stop, "a control character in a text") end
    local following = text:sub(stop + 1, stop + 1)
    if letter == "\127" then
      parts[#parts + 1], from = letter, stop + 1
    elseif following == "u" then
      local code = unicode(text, stop + 2)
      from = stop + 6
      if code >= 0xD800 and code < 0xDC00 and text:sub(from, from + 1) == "\\u" then
        local low = unicode(text, from + 2)
        if low >= 0xDC00 and low < 0xE000 then
          code, from = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00), from + 6
        end
      end
      local half = code >= 0xD800 and code < 0xE000 -- half a pair is no letter
      parts[#parts + 1] = utf8.char(half and 0xFFFD or code)
    elseif PLAIN[following] then
      parts[#parts + 1], from = PLAIN[following], stop + 2
    else
      fail(stop, "an unknown escape")
    end
  end
end

local read

local function read_list(text, at, close, depth, add)
  at = skip(text, at + 1)
  if text:sub(at, at) == close then return at + 1 end
  while true do
    at = skip(text, add(at, depth))
    local letter = text:sub(at, at)
    if letter == close then return at + 1 end
    if letter ~= "," then fail(at, "neither , nor " .. close) end
    at = skip(text, at + 1)
  end
end

local function read_array(text, at, depth)
  local list, count = json.array(), 0
  return list, read_list(text, at, "]", depth, function(from)
    local value, stop = read(text, from, depth + 1)
    count = count + 1
    list[count] = value
    return stop
  end)
end

local function read_object(text, at, depth)
  local object = {}
  return object, read_list(text, at, "}", depth, function(from)
    if text:sub(from, from) ~= '"' then fail(from, "a key that is no text") end
    local key, stop = read_string(text, from)
    stop = skip(text, stop)
    if text:sub(stop, stop) ~= ":" then fail(stop, "no : after a key") end
    object[key], stop = read(text, skip(text, stop + 1), depth + 1)
    return stop
  end)
end

local WORDS = { { "true", true }, { "false", false }, { "null", json.null } }

function read(text, at, depth)
  if pause then pause() end
  if depth > 100 then fail(at, "too deep a nesting") end
  local letter = text:sub(at, at)
  if letter == '"' then return read_string(text, at) end
  if letter == "{" then return read_object(text, at, depth) end
  if letter == "[" then return read_array(text, at, depth) end
  for _, word in ipairs(WORDS) do
    if text:sub(at, at + #word[1] - 1) == word[1] then return word[2], at + #word[1] end
  end
  local digits = text:match("^-?%d+%.?%d*[eE]?[-+]?%d*", at)
  local value = digits and tonumber(digits)
  if not value or value == math.huge or value == -math.huge then
    fail(at, "nothing that has a meaning")
  end
  return value, at + #digits
end

function json.decode(text, between)
  local ok, value, stop = with_pause(between, read, text, skip(text, 1), 0)
  if not ok then return nil, type(value) == "table" and value.sentence or tostring(value) end
  if skip(text, stop) <= #text then return nil, "JSON: something follows its end." end
  return value
end

return json
