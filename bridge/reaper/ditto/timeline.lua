-- REAPER's timeline as the daemon counts it: quarter notes from the project's start, bars, and the
-- tempo and meter map as steps.

local ditto = ...
local array = ditto.json.array
local timeline = {}

local TICKS = 6720 -- 960 and 7: what lies on any usual grid is a whole number of them
local NEAR = 1e-4
local STEP = 0.25 -- quarters from one step of a tempo ramp to the next
local MOST_STEPS = 400

-- The fraction that a position on the grid was meant to be, so that the daemon counts the same
-- samples as REAPER: a whole number, "n/d" as text, or, off the grid, the number itself.
function timeline.exact(value)
  local ticks = math.floor(value * TICKS + 0.5)
  if math.abs(value * TICKS - ticks) > NEAR then return value end
  if ticks % TICKS == 0 then return ticks // TICKS end
  return ticks .. "/" .. TICKS
end

function timeline.number(exact)
  local over, under = tostring(exact):match("^(-?%d+)/(%d+)$")
  return over and over / under or tonumber(exact)
end

-- A position on the grid as the nearest number to it.
function timeline.near(value)
  return timeline.number(timeline.exact(value))
end

function timeline.quarter(project, time)
  return timeline.exact(reaper.TimeMap2_timeToQN(project, time))
end

-- The bar of a time, counted from 0, with the part of it that has passed.
function timeline.bar(project, time)
  local beats, measure, in_bar = reaper.TimeMap2_timeToBeats(project, time)
  return timeline.near(measure + beats / in_bar)
end

-- How many bars lie between two times.
function timeline.bars(project, from, to)
  return timeline.exact(timeline.bar(project, to) - timeline.bar(project, from))
end

-- The time at which a bar, counted from 0, begins; parts of bars count as parts.
function timeline.time_of_bar(project, bar)
  local whole = math.floor(bar + 1e-9)
  local _, first, last = reaper.TimeMap_GetMeasureInfo(project, whole)
  return reaper.TimeMap2_QNToTime(project, first + (bar - whole) * (last - first))
end

-- The bar line at or before a time.
function timeline.bar_line(project, time)
  return timeline.time_of_bar(project, math.floor(timeline.bar(project, time) + 1e-9))
end

-- The rate at which new music is rendered: the project's, where the daemon has it.
function timeline.rate(project)
  local rate = reaper.GetSetProjectInfo(project, "PROJECT_SRATE", 0, false)
  rate = math.tointeger(rate)
  return (rate == 48000 or rate == 96000) and rate or 44100
end

-- Samples between two times: each end is rounded once.
function timeline.samples(from, to, rate)
  return math.floor(to * rate + 0.5) - math.floor(from * rate + 0.5)
end

local function read_markers(project)
  local markers = {}
  for index = 0, reaper.CountTempoTimeSigMarkers(project) - 1 do
    local ok, time, _, _, bpm, over, under, linear = reaper.GetTempoTimeSigMarker(project, index)
    if ok then
      local quarter = reaper.TimeMap2_timeToQN(project, time)
      markers[#markers + 1] =
        { time = time, quarter = quarter, bpm = bpm, over = over, under = under, linear = linear }
    end
    ditto.breathe()
  end
  return markers
end

-- A ramp as steps whose ends lie where the ramp's are: fine within the span, else one step.
local function add_ramp(project, tempos, marker, following, first, last)
  local from, to = marker.quarter, following.quarter
  local edges = { from, to }
  if from < last and to > first then
    local step = math.max(STEP, (to - from) / MOST_STEPS)
    for quarter = from + step, to - step / 2, step do edges[#edges + 1] = quarter end
    for _, edge in ipairs({ first, last }) do
      if edge > from and edge < to then edges[#edges + 1] = edge end
    end
    table.sort(edges)
  end
  for index = 1, #edges - 1 do
    local quarters = edges[index + 1] - edges[index]
    if quarters > 1e-6 then
      local seconds = reaper.TimeMap2_QNToTime(project, edges[index + 1])
        - reaper.TimeMap2_QNToTime(project, edges[index])
      tempos[#tempos + 1] = array({ timeline.exact(edges[index]), quarters * 60 / seconds })
    end
    ditto.breathe()
  end
end

-- The request's "tempo", whole, exact where the span from one time to another lies.
function timeline.tempo(project, from, to)
  local first = reaper.TimeMap2_timeToQN(project, from)
  local last = reaper.TimeMap2_timeToQN(project, to)
  local over, under, bpm = reaper.TimeMap_GetTimeSigAtTime(project, 0)
  local markers = read_markers(project)
  local tempos, meters = array(), array()
  if not markers[1] or markers[1].time > 0 then tempos[1] = array({ 0, bpm }) end
  if not markers[1] or markers[1].time > 0 or markers[1].over <= 0 then
    meters[1] = array({ 0, over, under })
  end
  for index, marker in ipairs(markers) do
    local following = markers[index + 1]
    if marker.linear and following then
      add_ramp(project, tempos, marker, following, first, last)
    else
      tempos[#tempos + 1] = array({ timeline.exact(marker.quarter), marker.bpm })
    end
    if marker.over > 0 then
      meters[#meters + 1] =
        array({ timeline.exact(marker.quarter), marker.over, marker.under })
    end
  end
  return { tempos = tempos, meters = meters }
end

return timeline
