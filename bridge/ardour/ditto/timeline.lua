-- Ardour's timeline as the daemon counts it: quarter notes from the session's start, and the tempo
-- and meter map as steps. Ardour keeps beats in ticks, 1920 to a quarter, and regions in samples.

local ditto = ...
local timeline = {}

local TICKS = 1920
local PROBE = TICKS / 4 -- how finely changes of tempo and meter are looked for

function timeline.ticks(beats)
  local quarters, ticks = beats:str():match("^(-?%d+):(-?%d+)$")
  return tonumber(quarters) * TICKS + tonumber(ticks)
end

local function beats_of(ticks)
  return Temporal.Beats(math.floor(ticks / TICKS), math.floor(ticks % TICKS))
end

function timeline.rate()
  return Session:nominal_sample_rate()
end

-- The tempo map as it is now; each caller reads it once.
function timeline.map()
  return Temporal.TempoMap.read()
end

-- The position of a sample in quarters. What lies on a tick, as everything that was snapped to the
-- grid does, comes back exactly. Ardour rounds a tick down to its sample, other programs round to
-- the nearest; ticks are some ten samples apart.
function timeline.quarter(map, sample)
  local beats = map:quarters_at_sample(sample)
  local ticks = timeline.ticks(beats)
  if math.abs(map:sample_at_beats(beats) - sample) <= 1 then return ticks / TICKS end
  local tempo = map:tempo_at_beats(beats)
  local start = tempo:to_point():beats()
  local bpm = tempo:to_tempo():quarter_notes_per_minute()
  local beyond = sample - map:sample_at_beats(start)
  return timeline.ticks(start) / TICKS + beyond * bpm / (60 * timeline.rate())
end

function timeline.sample(map, quarter)
  return map:sample_at_beats(beats_of(math.floor(quarter * TICKS + 0.5)))
end

-- The bar around a tick: its first tick, and that of the next bar. A change of meter cuts a bar short.
local function bar_around(map, ticks)
  local meter = map:meter_at_beats(beats_of(ticks))
  local anchor = timeline.ticks(meter:to_point():beats())
  local length = 4 * TICKS * meter:divisions_per_bar() / meter:note_value()
  local line = anchor + (ticks - anchor) // length * length
  local change = timeline.ticks(map:meter_at_beats(beats_of(line + length - 1)):to_point():beats())
  return line, change > line and change or line + length
end

-- The bar line at or before a sample, as a sample.
function timeline.bar_start(map, sample)
  local line = bar_around(map, timeline.ticks(map:quarters_at_sample(sample)))
  return timeline.sample(map, line / TICKS)
end

-- How many bars lie between two quarters; a part of a bar counts as such.
function timeline.bars_between(map, first, last)
  local at, stop, bars = first * TICKS, last * TICKS, 0
  while at < stop - 1e-6 do
    local line, following = bar_around(map, at)
    local to = math.min(following, stop)
    bars, at = bars + (to - at) / (following - line), to
  end
  return bars
end

-- The quarter so many bars after another.
function timeline.bars_after(map, quarter, bars)
  local at = quarter * TICKS
  while bars > 1e-9 do
    local line, following = bar_around(map, at)
    local step = math.min(bars, (following - at) / (following - line))
    bars, at = bars - step, at + step * (following - line)
  end
  return at / TICKS
end

-- The quarter so many bars before another, in bars of the meter that leads up to it.
function timeline.bars_before(map, quarter, bars)
  local meter = map:meter_at_beats(beats_of(math.max(0, quarter * TICKS - 1)))
  return quarter - bars * 4 * meter:divisions_per_bar() / meter:note_value()
end

local function bpm_at(map, ticks)
  return map:quarters_per_minute_at(Temporal.timepos_t.from_ticks(math.floor(ticks)))
end

-- The request's "tempo" from one quarter to another: steps of tempo and meter. A ramp becomes a
-- step at each probe, of the tempo in its middle.
function timeline.tempo(map, first, last)
  local tempos, meters = ditto.json.array(), ditto.json.array()
  local bpm_before, meter_before
  local from = math.floor(first * TICKS / PROBE) * PROBE
  for ticks = from, last * TICKS, PROBE do
    local beats = beats_of(ticks)
    local point = map:tempo_at_beats(beats)
    local bpm = point:to_tempo():quarter_notes_per_minute()
    local change = timeline.ticks(point:to_point():beats())
    if bpm_at(map, ticks + PROBE - 1) ~= bpm_at(map, ticks) and change <= ticks then
      bpm, change = bpm_at(map, ticks + PROBE / 2), ticks -- a ramp
    end
    if bpm ~= bpm_before then
      tempos[#tempos + 1] = ditto.json.array({ change / TICKS, bpm })
      bpm_before = bpm
    end
    local meter = map:meter_at_beats(beats)
    local start = timeline.ticks(meter:to_point():beats())
    if start ~= meter_before then
      local numerator, denominator = meter:divisions_per_bar(), meter:note_value()
      meters[#meters + 1] = ditto.json.array({ start / TICKS, numerator, denominator })
      meter_before = start
    end
  end
  return { tempos = tempos, meters = meters }
end

return timeline
