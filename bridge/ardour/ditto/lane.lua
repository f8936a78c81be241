-- A track's fader automation as the request's "curve".

local ditto = ...
local timeline = ditto.timeline
local lane = {}

lane.NAMES = { "", "Fader" }

local STEP = 0.25 -- quarters between two readings; the points that were drawn are read as well
local SILENCE = -60

-- Ardour's automation holds gain, not the fader's way: the taper is that of the drawing only.
local function decibels(gain)
  return gain > 1e-3 and 20 * math.log(gain, 10) or SILENCE
end

local function fader(track)
  return track:gain_control()
end

function lane.is_drawn(track)
  local control = fader(track)
  return control:alist():events():size() > 0 and control:automation_state() ~= ARDOUR.AutoState.Off
end

local function readings(map, list, first, last)
  local begin, finish = timeline.quarter(map, first), timeline.quarter(map, last)
  local read = {}
  local function at(quarter, sample)
    local value = math.max(SILENCE, decibels(list:eval(Temporal.timepos_t(sample))))
    read[#read + 1] = { quarter - begin, value }
  end
  local steps = math.ceil((finish - begin) / STEP - 1e-6)
  for step = 0, steps do
    local quarter = math.min(begin + step * STEP, finish)
    at(quarter, timeline.sample(map, quarter))
  end
  local grid = #read
  for event in list:events():iter() do
    local sample = event.when:samples()
    if sample > first and sample < last then at(timeline.quarter(map, sample), sample) end
  end
  return read, grid
end

-- What lies on a straight line between its neighbours says nothing.
local function is_level(read, index)
  local before, value, after = read[index - 1], read[index], read[index + 1]
  return before and after and before[2] == value[2] and after[2] == value[2]
end

-- The curve from one sample to another and its mean in dB. Its points are relative to the mean: how
-- the loudness moves is the music's, how loud it is on the whole stays the fader's.
function lane.curve(map, track, first, last)
  local read, grid = readings(map, fader(track):alist(), first, last)
  local sum = 0
  for index = 1, grid do sum = sum + read[index][2] end
  local mean = sum / grid
  table.sort(read, function(left, right) return left[1] < right[1] end)
  local points = ditto.json.array()
  for index, value in ipairs(read) do
    if not is_level(read, index) then
      points[#points + 1] = ditto.json.array({ value[1], value[2] - mean })
    end
  end
  return { points = points, unit = "db" }, mean
end

-- The fader where it stands, in dB.
function lane.level(track)
  return decibels(fader(track):get_value())
end

return lane
