-- From an action, the settings and the selection to a request and to a job: what the hook must know
-- to put the result in its place.

local ditto = ...
local timeline, selection, lane, json = ditto.timeline, ditto.selection, ditto.lane, ditto.json
local request = {}

local RATES = { [44100] = true, [48000] = true, [96000] = true }
local MEASURED = { new = true, extend = true, ["continue"] = true, fill = true } -- need a length
local TAIL = 0.25 -- bars that a clip may be longer than its music: what rings on, or a loose cut
local FREE = { "prompt", "genre", "mood", "key", "seed", "strength", "preset" }

local function fresh_id()
  local tick = math.floor(ditto.files.milliseconds() * 1000) % 0x100000000
  return string.format("ardour-%x-%x", os.time(), tick)
end

-- The first selected clip, or a sentence of what to select.
local function clip_of(chosen)
  return chosen.clips[1] or ditto.refuse("Select an audio region first.")
end

-- How the daemon knows the result that a region plays, whole; nil where it plays something else.
local function result_of(clip)
  local told = clip and ditto.files.read_json(ditto.place.sidecar(clip.region))
  local whole = told and clip.stop - clip.start == told.take.samples
  return whole and (told.take.asset or told.take.path) or nil
end

-- The sample so many bars after another: exactly Ardour's own bar line.
local function bars_on(map, start, bars)
  return timeline.sample(map, timeline.bars_after(map, timeline.quarter(map, start), bars))
end

-- Each use fills in what it needs and returns where the result begins and where it ends, in samples.
local uses = {}

-- New music: from a selected draft, or over the selected time or notes, or so many bars from the
-- selected clip's beginning or from the bar line before the playhead.
function uses.new(asked, map, settings, chosen)
  local clip, notes = chosen.clips[1], chosen.notes[1]
  local draft = asked.kind == "loop" and result_of(clip)
  if draft then
    asked.from = { path = draft }
    return clip.start, clip.stop
  end
  if notes then asked.midi = selection.midi(map, selection.cut(notes, chosen.span)) end
  local over = chosen.span or notes
  if over then return over.start, over.stop end
  local start = clip and clip.start or timeline.bar_start(map, Session:transport_sample())
  return start, bars_on(map, start, settings.bars)
end

-- The clip up to the end of the selected time, or made up to whole bars and so many bars more.
function uses.extend(asked, map, settings, chosen)
  local clip = selection.cut(clip_of(chosen), chosen.span)
  asked.source = selection.source(map, clip)
  if chosen.span and chosen.span.stop > clip.stop then return clip.start, chosen.span.stop end
  local first, last = timeline.quarter(map, clip.start), timeline.quarter(map, clip.stop)
  local has = timeline.bars_between(map, first, last)
  return clip.start, bars_on(map, clip.start, math.ceil(has - TAIL) + settings.bars)
end

uses["continue"] = function(asked, map, settings, chosen)
  asked.side = settings.side
  if asked.side == "after" then return uses.extend(asked, map, settings, chosen) end
  local clip = selection.cut(clip_of(chosen), chosen.span)
  asked.source = selection.source(map, clip)
  local first = timeline.bars_before(map, timeline.quarter(map, clip.start), settings.bars)
  if first < 0 then
    ditto.refuse("There is no room for " .. settings.bars .. " bars before the clip: move it, or ask for fewer.")
  end
  return timeline.sample(map, first), clip.stop
end

function uses.repair(asked, map, _, chosen)
  local clip = selection.cut(clip_of(chosen), chosen.span)
  asked.source = selection.source(map, clip)
  return clip.start, clip.stop
end

function uses.fill(asked, map, _, chosen)
  local clip, following = chosen.clips[1], chosen.clips[2]
  if not following then ditto.refuse("Select the two regions on both sides of the gap.") end
  asked.source = selection.source(map, clip)
  asked.next = selection.source(map, following)
  asked.next.position = nil
  return clip.start, following.stop
end

-- The bars to re-make are the selected time, else the loop range.
function uses.redo(asked, map, _, chosen)
  local clip, span = clip_of(chosen), chosen.span
  local range = Session:locations():auto_loop_location()
  if not span and range then
    span = { start = range:start():samples(), stop = range:_end():samples() }
  end
  if not span or span.stop <= clip.start or span.start >= clip.stop then
    ditto.refuse("Mark the bars to re-make: as the loop range, or with the range tool.")
  end
  local part = selection.cut(clip, span)
  local first = timeline.quarter(map, clip.start)
  asked.source = selection.source(map, clip)
  asked.redo = {
    start = timeline.bars_between(map, first, timeline.quarter(map, part.start)),
    ["end"] = timeline.bars_between(map, first, timeline.quarter(map, part.stop)),
  }
  return clip.start, clip.stop
end

function uses.vary(asked, map, settings, chosen)
  local clip = selection.cut(clip_of(chosen), chosen.span)
  local result = result_of(clip)
  if result then
    asked.from = { path = result }
  else
    asked.source = selection.source(map, clip)
  end
  asked.amount = settings.amount
  return clip.start, clip.stop
end

-- Players for notes, or for a recording.
local function accompany(asked, map, settings, chosen)
  local notes = chosen.notes[1]
  if notes then
    asked.melody = "none"
    return uses.new(asked, map, settings, chosen)
  end
  local clip = chosen.clips[1]
  if not clip then ditto.refuse("Select a MIDI region or an audio region to accompany.") end
  clip = selection.cut(clip, chosen.span)
  asked.follow = selection.source(map, clip)
  asked.follow.features = json.array({ "harmony", "groove" })
  return clip.start, clip.stop
end

-- Actions that are more than the use in their request.
local named = { Accompany = accompany, Song = ditto.song.compose }

local function copy_settings(asked, action, settings)
  for _, name in ipairs(FREE) do
    local value = settings[name]
    if value ~= json.null and value ~= "" then asked[name] = value end
  end
  if #settings.roles > 0 then asked.roles = settings.roles end
  if settings.model ~= "" and #ditto.spool.models() > 1 then asked.model = settings.model end
  asked.variations = action.name == "Draft" and settings.drafts or settings.variations
end

local function groove(asked, map, settings, chosen)
  if settings.groove == "clip" and chosen.clips[1] and not asked.follow then
    asked.follow = selection.source(map, chosen.clips[1])
    asked.follow.features = json.array({ "groove" })
  elseif settings.groove == "grid" or (settings.groove == "midi" and asked.midi) then
    asked.groove = settings.groove
  end
end

-- The request of an action and the job: where its result goes and how it is told. Raises a sentence
-- where something must be selected first.
function request.compose(action, settings)
  local rate = timeline.rate()
  if not RATES[rate] then
    ditto.refuse("This session runs at " .. rate .. " Hz; ditto renders 44100, 48000 and 96000 Hz.")
  end
  local map, chosen = timeline.map(), selection.read()
  local asked = {}
  for name, value in pairs(action.request) do asked[name] = value end
  copy_settings(asked, action, settings)
  local use = named[action.name] or uses[asked.use]
  local start, stop = use(asked, map, settings, chosen)
  if MEASURED[asked.use] or asked.from then asked.samples = stop - start end
  local first = timeline.quarter(map, start)
  asked.id = fresh_id()
  if not asked.from then asked.tempo = timeline.tempo(map, first, timeline.quarter(map, stop)) end
  if not asked.source and not asked.from then asked.position = first end
  groove(asked, map, settings, chosen)
  asked.output = { rate = rate }
  local level = chosen.track and settings.match_level and lane.level(chosen.track)
  if settings.lane ~= "" and chosen.track and lane.is_drawn(chosen.track) then
    asked.curve, level = lane.curve(map, chosen.track, start, stop)
  end
  -- A song is made anew whatever is selected, and its blocks cannot be measured by the whole.
  local clip = action.name ~= "Song" and chosen.clips[1] or nil
  local matches = clip and settings.match_level
  return asked, {
    id = asked.id,
    action = action.name,
    prompt = settings.prompt,
    request = asked,
    start = start,
    stop = stop,
    fades = asked.kind == "clip",
    track = chosen.track and chosen.track:name() or "",
    place = clip and settings.place or "new track",
    level = level or 0,
    gain = matches and clip.region:to_audioregion():scale_amplitude() or 1,
    -- What contains the clip is as loud by itself.
    as_loud_as = matches and not asked.source and clip.region:to_stateful():id():to_s() or nil,
  }
end

return request
