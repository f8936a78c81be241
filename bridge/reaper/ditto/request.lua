-- From an action, the settings and the selection to a request, and to a plan of where the result
-- goes: {project, action, track, clip, start or stop, rate, loops, inside}.

local ditto = ...
local timeline, selection, json = ditto.timeline, ditto.selection, ditto.json
local request = {}

local FREE = { "prompt", "genre", "mood", "key", "seed" }
local RESULT = "P_EXT:ditto-daw"

-- What is remembered of the result that a take is; nil where it is none.
function request.told(take)
  local ok, text = reaper.GetSetMediaItemTakeInfo_String(take, RESULT, "", false)
  local told = ok and text ~= "" and json.decode(text)
  return type(told) == "table" and told or nil
end

function request.keep(take, about)
  reaper.GetSetMediaItemTakeInfo_String(take, RESULT, json.encode(about), true)
end

local function fresh_id()
  return "reaper-" .. reaper.genGuid():gsub("[{}]", ""):lower()
end

local function clip_of(chosen)
  return chosen.clips[1] or ditto.refuse("Select an audio item first.")
end

-- The file of the result that a take plays from its beginning, at its own pace; else nil.
local function result_of(clip)
  if not clip or not request.told(clip.take) then return nil end
  local source = reaper.GetMediaItemTake_Source(clip.take)
  local offset = reaper.GetMediaItemTakeInfo_Value(clip.take, "D_STARTOFFS")
  return offset == 0 and reaper.GetMediaSourceFileName(source) or nil
end

-- A length from one time to another: in bars where it is one on the grid, else in samples.
local function set_length(asked, plan, from, to, file_rate, play_rate)
  local bars = timeline.bars(plan.project, from, to)
  if math.type(bars) == "float" then
    local scale = file_rate * play_rate
    asked.samples = timeline.samples(from, to, scale)
  else
    asked.bars = bars
  end
end

local function use_source(asked, plan, chosen)
  local clip = selection.cut(clip_of(chosen), chosen.span)
  local source, file_rate, play_rate = selection.source(plan.project, clip)
  asked.source = source
  plan.clip, plan.rate, plan.inside = clip, play_rate, true
  plan.start, plan.stop = clip.start, clip.stop
  return clip, file_rate, play_rate
end

local uses = {}

-- New music: over the selected time or notes, from a selected draft, or from the bar at the cursor.
function uses.new(asked, plan, settings, chosen)
  local clip, notes = chosen.clips[1], chosen.notes[1]
  local told = clip and request.told(clip.take)
  if asked.kind ~= "draft" and told and told.kind == "draft" and result_of(clip) then
    asked.from = { path = result_of(clip) }
    plan.start, plan.stop, plan.clip = clip.start, clip.stop, clip
    return
  end
  local over = chosen.span or notes
  if notes and asked.kind ~= "draft" then
    asked.midi = selection.midi(plan.project, selection.cut(notes, chosen.span))
  end
  plan.start = over and over.start
    or timeline.bar_line(plan.project, reaper.GetCursorPositionEx(plan.project))
  asked.position = timeline.quarter(plan.project, plan.start)
  asked.output.rate = timeline.rate(plan.project)
  if over then
    plan.stop = over.stop
    set_length(asked, plan, over.start, over.stop, asked.output.rate, 1)
  else
    asked.bars = settings.bars
    local bar = timeline.bar(plan.project, plan.start)
    plan.stop = timeline.time_of_bar(plan.project, bar + settings.bars)
  end
end

-- The clip and new bars: up to the end of the selected time, else as many as are set.
local function grow(asked, plan, settings, chosen, to_bar)
  local whole = clip_of(chosen)
  local span = chosen.span
  local beyond = span and (span.stop > whole.stop or span.start < whole.start)
  local clip, file_rate, play_rate = use_source(asked, plan, chosen)
  if beyond then
    local before = asked.side == "before"
    local from, to = before and math.min(span.start, clip.start) or clip.start,
      before and clip.stop or math.max(span.stop, clip.stop)
    set_length(asked, plan, from, to, file_rate, play_rate)
    plan.start, plan.stop = from, to
    return
  end
  local bars = timeline.number(timeline.bars(plan.project, clip.start, clip.stop))
  local first = timeline.bar(plan.project, clip.start)
  local ends = to_bar and math.ceil(first + bars - 0.01) - first or math.ceil(bars - 0.01)
  asked.bars = timeline.exact(math.max(ends, bars) + settings.bars)
  plan.stop = timeline.time_of_bar(plan.project, first + timeline.number(asked.bars))
end

function uses.extend(asked, plan, settings, chosen)
  grow(asked, plan, settings, chosen, false)
end

-- What goes on ends on a bar line; what comes before ends with the clip.
uses["continue"] = function(asked, plan, settings, chosen)
  asked.side = settings.side
  grow(asked, plan, settings, chosen, asked.side == "after")
  if asked.side == "after" then return end
  local length = plan.stop - plan.start
  if not asked.samples then
    local last = timeline.bar(plan.project, plan.clip.stop)
    local first = timeline.time_of_bar(plan.project, last - timeline.number(asked.bars))
    length = plan.clip.stop - first
  end
  -- Where it begins follows from how long the result is, to the sample.
  plan.start, plan.stop, plan.from = nil, plan.clip.stop, plan.clip.stop - length
end

function uses.repair(asked, plan, _, chosen)
  use_source(asked, plan, chosen)
end

function uses.fill(asked, plan, _, chosen)
  local following = chosen.clips[2]
  if not following then ditto.refuse("Select the two items on both sides of the gap.") end
  local clip, file_rate, play_rate = use_source(asked, plan, { clips = { chosen.clips[1] } })
  local after = selection.source(plan.project, following)
  asked.next = { path = after.path, start = after.start, ["end"] = after["end"] }
  asked.samples = timeline.samples(clip.start, following.stop, file_rate * play_rate)
  plan.stop = following.stop
end

-- The bars to re-make are the selected time.
function uses.redo(asked, plan, _, chosen)
  local whole, span = clip_of(chosen), chosen.span
  if not span or span.stop <= whole.start or span.start >= whole.stop then
    ditto.refuse("Select the time of the bars to re-make, within the selected item.")
  end
  local clip = use_source(asked, plan, { clips = { whole } })
  local part = selection.cut(clip, span)
  asked.redo = {
    start = timeline.bars(plan.project, clip.start, part.start),
    ["end"] = timeline.bars(plan.project, clip.start, part.stop),
  }
end

function uses.vary(asked, plan, settings, chosen)
  local clip = clip_of(chosen)
  asked.amount = settings.amount
  local result = not chosen.span and result_of(clip)
  if not result then return use_source(asked, plan, chosen) end
  asked.from = { path = result }
  plan.clip, plan.rate, plan.start, plan.stop = clip, clip.rate, clip.start, clip.stop
end

-- Players for notes, or for a recording.
local function accompany(asked, plan, settings, chosen)
  if chosen.notes[1] then
    asked.melody = "none"
    uses.new(asked, plan, settings, { notes = chosen.notes, clips = {}, span = chosen.span })
    plan.clip = chosen.notes[1]
    return
  end
  if not chosen.clips[1] then
    ditto.refuse("Select a MIDI item or an audio item to accompany.")
  end
  local clip = selection.cut(chosen.clips[1], chosen.span)
  asked.follow = selection.source(plan.project, clip)
  asked.follow.features = json.array({ "harmony", "groove" })
  asked.position = asked.follow.position
  asked.output.rate = timeline.rate(plan.project)
  plan.clip, plan.start, plan.stop = clip, clip.start, clip.stop
  set_length(asked, plan, clip.start, clip.stop, asked.output.rate, 1)
end

-- Actions that are more than the use in their request.
local named = { Accompany = accompany, Song = ditto.song.compose }

local function set_groove(asked, plan, settings, chosen)
  if settings.groove == "" or asked.kind == "draft" or asked.follow then return end
  if settings.groove == "clip" then
    local clip = chosen.clips[plan.inside and 2 or 1] or clip_of(chosen)
    asked.follow = selection.source(plan.project, selection.cut(clip, chosen.span))
    asked.follow.features = json.array({ "groove" })
  elseif settings.groove == "grid" or asked.midi then
    asked.groove = settings.groove
  else
    ditto.refuse("Groove is set to come from notes: select a MIDI item, or change the setting.")
  end
end

local function copy_settings(asked, action, settings)
  for _, name in ipairs(FREE) do
    local value = settings[name]
    if value ~= json.null and value ~= "" then asked[name] = value end
  end
  if #settings.roles > 0 then asked.roles = settings.roles end
  if settings.model ~= "" and #ditto.spool.models() > 1 then asked.model = settings.model end
  asked.variations = action.name == "Draft" and settings.drafts or settings.variations
  if asked.kind ~= "draft" then
    asked.strength, asked.preset = settings.strength, settings.preset
  end
end

-- The request, its JSON and the plan. Raises a sentence where something has to be selected first.
function request.compose(action, settings)
  local project = reaper.EnumProjects(-1)
  local chosen = selection.read(project)
  local asked = { id = fresh_id(), output = { folder = ditto.files.media(project) } }
  for name, value in pairs(action.request) do asked[name] = value end
  copy_settings(asked, action, settings)
  local plan = { project = project, action = action.name, rate = 1, loops = asked.kind ~= "clip" }
  plan.track, plan.settings = chosen.track, settings
  local use = named[action.name] or uses[asked.use]
  use(asked, plan, settings, chosen)
  set_groove(asked, plan, settings, chosen)
  local from, to = plan.from or plan.start, plan.stop
  if settings.lane ~= "" and asked.kind ~= "draft" then
    asked.curve, plan.lane_gain = ditto.lane.curve(project, plan.track, settings.lane, from, to)
  end
  if not asked.from then asked.tempo = timeline.tempo(project, from, to) end
  return asked, json.encode(asked, ditto.breathe), plan
end

return request
