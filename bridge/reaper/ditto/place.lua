-- Puts a result into the project, in one undo step: on a track below the source's, or as takes.

local ditto = ...
local request = ditto.request
local place = {}

local BUILD_MISSING_PEAKS = 40047
local MOST_GAIN = 4 -- 12 dB: a result that is nearly silent stays so

function place.is_there(project, pointer, kind)
  return pointer ~= nil and reaper.ValidatePtr2(project, pointer, kind)
end
local is_there = place.is_there

-- Whether the project that the result belongs to is the one in view, or at least still open.
function place.project_state(project)
  if reaper.EnumProjects(-1) == project then return "here" end
  local index = 0
  repeat
    local other = reaper.EnumProjects(index)
    if other == project then return "open" end
    index = index + 1
  until not other
  return "closed"
end

local function is_free(track, from, to)
  for index = 0, reaper.CountTrackMediaItems(track) - 1 do
    local item = reaper.GetTrackMediaItem(track, index)
    local start = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
    local length = reaper.GetMediaItemInfo_Value(item, "D_LENGTH")
    if start < to - 1e-9 and start + length > from + 1e-9 then return false end
  end
  return true
end

-- A folder that the source's track closes takes the new one in.
local function keep_folder(source, track)
  local depth = reaper.GetMediaTrackInfo_Value(source, "I_FOLDERDEPTH")
  if depth < 0 then
    reaper.SetMediaTrackInfo_Value(source, "I_FOLDERDEPTH", 0)
    reaper.SetMediaTrackInfo_Value(track, "I_FOLDERDEPTH", depth)
  end
end

-- Takes such a track away again.
function place.remove_track(plan, track)
  local depth = reaper.GetMediaTrackInfo_Value(track, "I_FOLDERDEPTH")
  if depth < 0 and is_there(plan.project, plan.track, "MediaTrack*") then
    reaper.SetMediaTrackInfo_Value(plan.track, "I_FOLDERDEPTH", depth)
  end
  reaper.DeleteTrack(track)
end

-- The track below the source's that is named after it; the same one again where it has room.
function place.track_for(plan, from, to)
  local project, source = plan.project, plan.track
  local index, name = reaper.CountTracks(project), "ditto"
  local follows = is_there(project, source, "MediaTrack*")
  if follows then
    local _, own = reaper.GetTrackName(source)
    -- The result of a result goes to the same track, or to one of the same name.
    name = own:find("^ditto ") and own or "ditto " .. own
    index = math.floor(reaper.GetMediaTrackInfo_Value(source, "IP_TRACKNUMBER"))
    local below = reaper.GetTrack(project, index)
    local _, other = false, ""
    if below then _, other = reaper.GetTrackName(below) end
    if other == name and is_free(below, from, to) then return below end
  end
  reaper.InsertTrackAtIndex(index, true)
  local track = reaper.GetTrack(project, index)
  reaper.GetSetMediaTrackInfo_String(track, "P_NAME", name, true)
  if follows then keep_folder(source, track) end
  return track
end

-- The clip's own item, where the producer wants takes and the result is exactly as long.
local function item_of_clip(plan, from, length)
  local clip = plan.clip
  if plan.settings.place ~= "takes" or not clip then return nil end
  if not is_there(plan.project, clip.item, "MediaItem*") then return nil end
  local start = reaper.GetMediaItemInfo_Value(clip.item, "D_POSITION")
  local same = math.abs(start - from) < 1e-5
    and math.abs(reaper.GetMediaItemInfo_Value(clip.item, "D_LENGTH") - length) < 1e-4
  return same and clip.item or nil
end

-- An empty item that plays as it is from its first sample to its last.
function place.new_item(plan, track, from, length)
  local item = reaper.AddMediaItemToTrack(track)
  reaper.SetMediaItemInfo_Value(item, "D_POSITION", from)
  reaper.SetMediaItemInfo_Value(item, "D_LENGTH", length)
  reaper.SetMediaItemInfo_Value(item, "B_LOOPSRC", plan.loops and 1 or 0)
  reaper.SetMediaItemInfo_Value(item, "D_FADEINLEN", 0)
  reaper.SetMediaItemInfo_Value(item, "D_FADEOUTLEN", 0)
  return item
end

local function take_name(plan, told, asked)
  local prompt = asked.prompt and " " .. asked.prompt or ""
  return plan.action .. " " .. told.seed .. prompt
end

local function add_take(item, plan, told, number, asked)
  local take = reaper.AddTakeToMediaItem(item)
  reaper.SetMediaItemTake_Source(take, plan.sources[number])
  reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", take_name(plan, told, asked), true)
  reaper.SetMediaItemTakeInfo_Value(take, "D_PLAYRATE", plan.rate)
  reaper.SetMediaItemTakeInfo_Value(take, "D_VOL", plan.gains[number])
  if plan.preserve then reaper.SetMediaItemTakeInfo_Value(take, "B_PPITCH", plan.preserve) end
  request.keep(take, {
    action = plan.action, id = asked.id, take = number - 1, seed = told.seed,
    kind = asked.kind, use = asked.use, settings = plan.settings,
  })
  return take
end

local function insert(plan, takes, asked)
  local length = takes[1].samples / takes[1].rate / plan.rate
  local from = plan.start or plan.stop - length
  local item = item_of_clip(plan, from, length)
  if not item then
    local track = ditto.blocks.track(plan) or place.track_for(plan, from, from + length)
    item = place.new_item(plan, track, from, length)
  end
  if plan.item_volume then
    reaper.SetMediaItemInfo_Value(item, "D_VOL", plan.item_volume)
  end
  local first
  for number, told in ipairs(takes) do
    local take = add_take(item, plan, told, number, asked)
    first = first or take
  end
  reaper.SetActiveTake(first)
  reaper.SelectAllMediaItems(plan.project, false)
  reaper.SetMediaItemSelected(item, true)
  ditto.blocks.clear(plan)
  return item
end

-- How loud each take must be to match the source: what contains the clip takes over its volume,
-- anything else is brought to its level, or, under a fader's lane, to the fader's mean, because the
-- new track has no such lane. Read in pieces, before anything is inserted.
function place.measure(plan, takes)
  local matching = plan.settings.match_level
  plan.gains = {}
  for number = 1, #takes do plan.gains[number] = matching and plan.lane_gain or 1 end
  local clip = plan.clip
  if not clip or not is_there(plan.project, clip.item, "MediaItem*") then return end
  plan.preserve = reaper.GetMediaItemTakeInfo_Value(clip.take, "B_PPITCH")
  if not matching or reaper.TakeIsMIDI(clip.take) then return end
  plan.item_volume = reaper.GetMediaItemInfo_Value(clip.item, "D_VOL")
  local own = math.abs(reaper.GetMediaItemTakeInfo_Value(clip.take, "D_VOL"))
  local level = not plan.inside
    and ditto.samples.level(clip.take, clip.start - clip.begins, clip.stop - clip.begins, 11025)
  for number, told in ipairs(takes) do
    local result = level and ditto.samples.file_level(told.path)
    local ratio = result and math.min(MOST_GAIN, level / result) or 1
    plan.gains[number] = plan.gains[number] * own * ratio
  end
end

-- Opens the takes' files, before anything is changed.
local function open_sources(takes)
  local sources = {}
  for number, told in ipairs(takes) do
    sources[number] = reaper.PCM_Source_CreateFromFile(told.path)
    if not sources[number] then
      for _, opened in ipairs(sources) do reaper.PCM_Source_Destroy(opened) end
      ditto.refuse("REAPER cannot open the result " .. told.path .. ".")
    end
    ditto.breathe()
  end
  return sources
end

-- Inserts the takes of a reply, as one undo step. Raises a sentence, and leaves the project as it
-- was, where a file cannot be opened.
function place.insert(plan, takes, asked)
  plan.sources = open_sources(takes)
  reaper.Undo_BeginBlock2(plan.project)
  reaper.PreventUIRefresh(1)
  local ok, problem = pcall(insert, plan, takes, asked)
  reaper.PreventUIRefresh(-1)
  reaper.UpdateArrange()
  reaper.Undo_EndBlock2(plan.project, "ditto " .. plan.action, -1)
  if not ok then error(problem, 0) end
  reaper.Main_OnCommandEx(BUILD_MISSING_PEAKS, 0, plan.project)
  return problem
end

return place
