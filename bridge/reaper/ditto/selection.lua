-- What the producer has selected: audio items, MIDI items and a span of time.

local ditto = ...
local timeline, array = ditto.timeline, ditto.json.array
local selection = {}

local PLAIN = { WAVE = true, AIFF = true, FLAC = true }
local RATES = { [44100] = true, [48000] = true, [96000] = true }

local function found(item, take)
  local start = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
  return {
    item = item,
    take = take,
    track = reaper.GetMediaItem_Track(item),
    start = start,
    stop = start + reaper.GetMediaItemInfo_Value(item, "D_LENGTH"),
    begins = start, -- of the item, however it is cut
    rate = reaper.GetMediaItemTakeInfo_Value(take, "D_PLAYRATE"),
  }
end

-- clips and notes: lists in the order of time. span: start and stop in seconds, nil where no time
-- is selected. track: of the first item, else the first selected one.
function selection.read(project)
  local chosen = { clips = {}, notes = {} }
  for index = 0, reaper.CountSelectedMediaItems(project) - 1 do
    local item = reaper.GetSelectedMediaItem(project, index)
    local take = reaper.GetActiveTake(item)
    if take then
      local list = reaper.TakeIsMIDI(take) and chosen.notes or chosen.clips
      list[#list + 1] = found(item, take)
    end
    ditto.breathe()
  end
  local function by_time(left, right) return left.start < right.start end
  table.sort(chosen.clips, by_time)
  table.sort(chosen.notes, by_time)
  local from, to = reaper.GetSet_LoopTimeRange2(project, false, false, 0, 0, false)
  if from < to then chosen.span = { start = from, stop = to } end
  local first = chosen.clips[1] or chosen.notes[1]
  chosen.track = first and first.track or reaper.GetSelectedTrack(project, 0)
  return chosen
end

-- An item's part within a span of time; the whole where they do not meet.
function selection.cut(clip, span)
  if not span or span.stop <= clip.start or span.start >= clip.stop then return clip end
  local cut = {}
  for name, value in pairs(clip) do cut[name] = value end
  cut.start, cut.stop = math.max(clip.start, span.start), math.min(clip.stop, span.stop)
  return cut
end

-- What stands between a take and a plain span of a file that plays as it is.
local function is_plain(clip, source, rate)
  local take = clip.take
  if not PLAIN[reaper.GetMediaSourceType(source)] or rate <= 0 then return false end
  if reaper.GetTakeNumStretchMarkers(take) > 0 or reaper.TakeFX_GetCount(take) > 0 then
    return false
  end
  for _, name in ipairs({ "D_PITCH", "I_CHANMODE" }) do
    if reaper.GetMediaItemTakeInfo_Value(take, name) ~= 0 then return false end
  end
  if clip.rate < 0.25 or clip.rate > 4 then return false end
  local offset = reaper.GetMediaItemTakeInfo_Value(take, "D_STARTOFFS")
  local length, in_quarters = reaper.GetMediaSourceLength(source)
  local last = offset + (clip.stop - clip.begins) * clip.rate
  return not in_quarters and offset >= 0 and last <= length + 0.5 / rate
end

local function rendered(project, clip, source, rate)
  local folder = ditto.files.media(project)
  local name = reaper.genGuid():gsub("[{}]", "")
  local path = folder .. "/ditto-source-" .. name .. ".wav"
  local own = RATES[rate] and rate or timeline.rate(project)
  local channels = math.min(2, reaper.GetMediaSourceNumChannels(source))
  local from, to = clip.start - clip.begins, clip.stop - clip.begins
  ditto.samples.write(clip.take, from, to, own, math.max(1, channels), path)
  return { path = path, start = 0, position = timeline.quarter(project, clip.start) }, own, 1
end

-- The request's "source": an item's span of its file, with its play rate; or a file of what the
-- item plays where it is not a plain span. Then the file's sample rate and the play rate.
function selection.source(project, clip)
  local source = reaper.GetMediaItemTake_Source(clip.take)
  local rate = math.tointeger(reaper.GetMediaSourceSampleRate(source)) or 0
  if not is_plain(clip, source, rate) then return rendered(project, clip, source, rate) end
  local offset = reaper.GetMediaItemTakeInfo_Value(clip.take, "D_STARTOFFS")
  local function frame(time)
    local seconds = offset + (time - clip.begins) * clip.rate
    return math.floor(seconds * rate + 0.5) .. "/" .. rate
  end
  return {
    path = reaper.GetMediaSourceFileName(source),
    start = frame(clip.start),
    ["end"] = frame(clip.stop),
    position = timeline.quarter(project, clip.start),
    rate = timeline.exact(clip.rate),
  }, rate, clip.rate
end

-- How far a looped MIDI source is from one pass to the next, in quarters; nil where it plays once.
local function round(clip)
  local length, in_quarters = reaper.GetMediaSourceLength(reaper.GetMediaItemTake_Source(clip.take))
  local looped = reaper.GetMediaItemInfo_Value(clip.item, "B_LOOPSRC") ~= 0
  return looped and in_quarters and length > 0 and length or nil
end

-- The request's "midi": the notes of a MIDI item that begin in its span, in quarters from there.
function selection.midi(project, clip)
  local first = reaper.TimeMap2_timeToQN(project, clip.start)
  local last = reaper.TimeMap2_timeToQN(project, clip.stop)
  local pass = round(clip)
  local rows = {}
  local _, count = reaper.MIDI_CountEvts(clip.take)
  for index = 0, count - 1 do
    local ok, _, muted, from, to, channel, pitch, velocity = reaper.MIDI_GetNote(clip.take, index)
    local start = reaper.MIDI_GetProjQNFromPPQPos(clip.take, from)
    local stop = reaper.MIDI_GetProjQNFromPPQPos(clip.take, to)
    while ok and not muted and start < last - 1e-9 do
      if start >= first - 1e-9 then
        local length = math.min(stop, last) - start
        rows[#rows + 1] = ditto.json.encode(array({
          timeline.near(math.max(0, start - first)), timeline.near(length),
          pitch, math.max(1, velocity), channel,
        }))
      end
      if not pass then break end
      start, stop = start + pass, stop + pass
    end
    ditto.breathe()
  end
  if #rows == 0 then ditto.refuse("The selected MIDI item has no notes in the span.") end
  return { notes = ditto.json.raw("[" .. table.concat(rows, ",") .. "]") }
end

return selection
