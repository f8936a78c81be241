-- A song in sections: over the selected time, divided by the ranges and marks in the ruler; else as
-- the settings write it, from the bar line before the playhead.

local ditto = ...
local timeline, sections = ditto.timeline, ditto.sections
local song = {}

local SEEDS = 0x80000000

-- Ardour numbers what nobody has named ("mark3"); ditto's own ranges tell how far a render is.
local function name_of(location)
  local name = location:name()
  if name:match("^mark ?%d*$") or name:match("^range ?%d*$") then return "" end
  return name
end

local function is_told(location)
  if location:is_hidden() or location:name():match("^ditto ") then return false end
  return not location:name():match("^xrun%d*$")
end

-- Where ranges and marks begin and end, in bars from a sample.
local function points(map, start)
  local first, found = timeline.quarter(map, start), {}
  local function put(position, name)
    local quarter = timeline.quarter(map, position:samples())
    local bar = timeline.bars_between(map, math.min(first, quarter), math.max(first, quarter))
    found[#found + 1] = { quarter < first and -bar or bar, name }
  end
  for location in Session:locations():list():iter() do
    if is_told(location) and location:is_range_marker() then
      put(location:start(), name_of(location))
      put(location:_end(), "")
    elseif is_told(location) and location:is_mark() then
      put(location:start(), name_of(location))
    end
  end
  return found
end

local function bars_of(map, span)
  local first, last = timeline.quarter(map, span.start), timeline.quarter(map, span.stop)
  return timeline.bars_between(map, first, last)
end

-- What the request asks for, and where the song begins and ends, in samples.
function song.compose(asked, map, settings, chosen)
  local span, line = chosen.span, settings.sections
  -- A daemon that is started again makes the same song: what is heard already stays right.
  asked.seed = asked.seed or math.floor(ditto.files.milliseconds() * 1000) % SEEDS
  if span then
    local bars = bars_of(map, span)
    local marked = sections.between(points(map, span.start), bars)
    if marked then
      asked.sections = ditto.json.array(marked)
    elseif line ~= "" then
      local fits, problem = sections.fits(line, bars)
      if not fits then ditto.refuse(problem) end
      asked.sections = line
    end
    return span.start, span.stop
  end
  if line == "" then ditto.refuse(sections.NONE) end
  local bars, problem = sections.bars(line)
  if not bars then ditto.refuse(problem) end
  local start = timeline.bar_start(map, Session:transport_sample())
  asked.sections = line
  return start, timeline.sample(map, timeline.bars_after(map, timeline.quarter(map, start), bars))
end

return song
