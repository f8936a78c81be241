-- The audio of a take as REAPER plays it, before effects: written to a file where the take is more
-- than a plain span of one, or measured. Read in small blocks, so that REAPER goes on meanwhile.

local ditto = ...
local samples = {}

local BLOCK = 1024 -- frames in one go
local SILENCE = 1e-9

-- Calls visit(table of interleaved samples, frames) for every block between two times, which count
-- from the item's beginning.
local function each_block(take, from, to, rate, channels, visit)
  local accessor = reaper.CreateTakeAudioAccessor(take)
  local buffer = reaper.new_array(BLOCK * channels)
  local left, at = math.floor((to - from) * rate + 0.5), 0
  while left > 0 do
    local frames = math.min(BLOCK, left)
    buffer.clear()
    local got = reaper.GetAudioAccessorSamples(
      accessor, rate, channels, from + at / rate, frames, buffer)
    if got < 0 then
      reaper.DestroyAudioAccessor(accessor)
      ditto.refuse("REAPER cannot read the audio of the selected item.")
    end
    visit(buffer.table(1, frames * channels), frames)
    left, at = left - frames, at + frames
    ditto.breathe()
  end
  reaper.DestroyAudioAccessor(accessor)
end

local function header(frames, rate, channels)
  local bytes = frames * channels * 4
  return string.pack("<c4I4c4 c4I4I2I2I4I4I2I2 c4I4I4 c4I4",
    "RIFF", 4 + 24 + 12 + 8 + bytes, "WAVE",
    "fmt ", 16, 3, channels, rate, rate * channels * 4, channels * 4, 32,
    "fact", 4, frames,
    "data", bytes)
end

-- Writes a span of a take as a WAV of 32-bit floats. from, to: seconds from the item's beginning.
function samples.write(take, from, to, rate, channels, path)
  local folder, name = path:match("^(.*)[/\\]([^/\\]+)$")
  local part = folder .. "/." .. name .. ".part"
  local file, problem = io.open(part, "wb")
  if not file then ditto.refuse("A file cannot be written: " .. problem .. ".") end
  file:write(header(math.floor((to - from) * rate + 0.5), rate, channels))
  each_block(take, from, to, rate, channels, function(block)
    file:write(string.pack("<" .. ("f"):rep(#block), table.unpack(block)))
  end)
  file:close()
  os.remove(path)
  os.rename(part, path)
end

-- The level of a span of a take, RMS as amplitude; nil where it is silent.
function samples.level(take, from, to, rate)
  local sum, count = 0, 0
  each_block(take, from, to, rate, 1, function(block)
    for index = 1, #block do sum = sum + block[index] ^ 2 end
    count = count + #block
  end)
  local level = count > 0 and math.sqrt(sum / count) or 0
  return level > SILENCE and level or nil
end

local function read_i24(text, at)
  return (string.unpack("<i3", text, at))
end

-- By format and bits of a WAV: bytes of a sample, how to read it, its full scale.
local KINDS = {
  ["1.16"] = { 2, function(text, at) return (string.unpack("<i2", text, at)) end, 0x8000 },
  ["1.24"] = { 3, read_i24, 0x800000 },
  ["1.32"] = { 4, function(text, at) return (string.unpack("<i4", text, at)) end, 0x80000000 },
  ["3.32"] = { 4, function(text, at) return (string.unpack("<f", text, at)) end, 1 },
}

-- Reads on to a WAV's samples; how they are kept, and how many bytes they are.
local function find_data(file)
  local head = file:read(12)
  if not head or #head < 12 or head:sub(9) ~= "WAVE" then return nil end
  local kind
  while true do
    local chunk = file:read(8)
    if not chunk or #chunk < 8 then return nil end
    local name, size = string.unpack("<c4I4", chunk)
    if name == "data" then return kind, size end
    local body = file:read(size + size % 2) or ""
    if name == "fmt " and #body >= 16 then
      local format, _, _, _, _, bits = string.unpack("<I2I2I4I4I2I2", body)
      if format == 0xFFFE and #body >= 26 then format = string.unpack("<I2", body, 25) end
      kind = KINDS[format .. "." .. bits]
    end
  end
end

-- The level of a WAV, RMS as amplitude over all channels; nil where it is silent or no WAV.
function samples.file_level(path)
  local file = io.open(path, "rb")
  local kind, left = nil, 0
  if file then kind, left = find_data(file) end
  if not kind then return nil end
  local size, read, full = table.unpack(kind)
  local sum, count = 0, 0
  while left > 0 do
    local text = file:read(math.min(left, BLOCK * size))
    if not text or #text < size then break end
    for at = 1, #text - size + 1, size do
      sum, count = sum + (read(text, at) / full) ^ 2, count + 1
    end
    left = left - #text
    ditto.breathe()
  end
  file:close()
  local level = count > 0 and math.sqrt(sum / count) or 0
  return level > SILENCE and level or nil
end

return samples
