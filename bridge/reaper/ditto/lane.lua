-- A track's automation as the request's "curve".
--
-- A volume envelope is read as gain in dB: REAPER may keep it as the fader's way, which is undone.
-- Its points are relative to their mean: how the loudness moves is the music's, how loud it is on
-- the whole stays the fader's. Any other envelope is a curve from 0, soft, to 1, loud.

local ditto = ...
local timeline, array = ditto.timeline, ditto.json.array
local lane = {}

local STEP = 0.25 -- quarters between two readings; the points that were drawn are read as well
local SILENCE, LOUDEST = -60, 60
local VOLUMES = { "<VOLENV2", "<VOLENV", "<VOLENV3" }
local SIGNED = { "<PANENV2", "<PANENV", "<WIDTHENV2", "<WIDTHENV" }

-- The names of a track's envelopes.
function lane.names(track)
  local names = {}
  for index = 0, track and reaper.CountTrackEnvelopes(track) - 1 or -1 do
    local ok, name = reaper.GetEnvelopeName(reaper.GetTrackEnvelope(track, index))
    if ok then names[#names + 1] = name end
  end
  return names
end

local function is_one_of(track, envelope, chunks)
  for _, chunk in ipairs(chunks) do
    if reaper.GetTrackEnvelopeByChunkName(track, chunk) == envelope then return true end
  end
  return false
end

local function decibels(mode)
  return function(value)
    local gain = mode == 0 and value or reaper.ScaleFromEnvelopeMode(mode, value)
    return gain > 1e-3 and 20 * math.log(gain, 10) or SILENCE
  end
end

-- A function from an envelope's value to 0..1.
local function unit(track, envelope)
  if is_one_of(track, envelope, SIGNED) then return function(value) return (value + 1) / 2 end end
  local _, effect, parameter = reaper.Envelope_GetParentTrack(envelope)
  if effect >= 0 then
    local _, low, high = reaper.TrackFX_GetParam(track, effect, parameter)
    if high > low then return function(value) return (value - low) / (high - low) end end
  end
  return function(value) return value end
end

-- The quarters between two times at which the envelope is read, in order, and those on the grid.
local function readings(project, envelope, from, to)
  local first = reaper.TimeMap2_timeToQN(project, from)
  local last = reaper.TimeMap2_timeToQN(project, to)
  local quarters, on_grid = {}, {}
  for quarter = first, last, STEP do
    quarters[#quarters + 1], on_grid[quarter] = quarter, true
  end
  for index = 0, reaper.CountEnvelopePoints(envelope) - 1 do
    local ok, time = reaper.GetEnvelopePoint(envelope, index)
    if ok and time >= from and time <= to then
      local quarter = reaper.TimeMap2_timeToQN(project, time)
      local off = math.abs((quarter - first) % STEP - STEP / 2)
      if STEP / 2 - off > 1e-6 then quarters[#quarters + 1] = quarter end
    end
    ditto.breathe()
  end
  table.sort(quarters)
  return quarters, on_grid, first
end

-- The curve of an envelope, by name, over a span of time, and the gain of its mean where it is a
-- volume. nil where the track has none of that name.
function lane.curve(project, track, name, from, to)
  local envelope = track and reaper.GetTrackEnvelopeByName(track, name)
  if not envelope then return nil end
  local is_volume = is_one_of(track, envelope, VOLUMES)
  local read = is_volume and decibels(reaper.GetEnvelopeScalingMode(envelope))
    or unit(track, envelope)
  local quarters, on_grid, first = readings(project, envelope, from, to)
  local values, sum, count = {}, 0, 0
  for index, quarter in ipairs(quarters) do
    local time = reaper.TimeMap2_QNToTime(project, quarter)
    local _, value = reaper.Envelope_Evaluate(envelope, time, 48000, 0)
    values[index] = read(value)
    if on_grid[quarter] then sum, count = sum + values[index], count + 1 end
    ditto.breathe()
  end
  local mean = is_volume and sum / count or 0
  local low, high = is_volume and SILENCE or 0, is_volume and LOUDEST or 1
  local points = array()
  for index, quarter in ipairs(quarters) do
    local value = math.min(high, math.max(low, values[index] - mean))
    points[index] = array({ timeline.near(quarter - first), value })
  end
  return { points = points, unit = is_volume and "db" or "unit" },
    is_volume and 10 ^ (mean / 20) or nil
end

return lane
