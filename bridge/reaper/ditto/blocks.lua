-- What of a song can be heard while the rest renders: each block as an item, on the track and at the
-- sample where the whole will have it. Blocks make no undo step: a script that goes on after its
-- first call makes none by itself, so the step before the song is what was before its first block.

local ditto = ...
local place = ditto.place
local blocks = {}

local function placed(plan)
  plan.blocks = plan.blocks or { items = {}, is_new = false }
  return plan.blocks
end

-- The track that the blocks of a plan are on; nil where there are none, or it is gone.
function blocks.track(plan)
  local track = placed(plan).track
  return place.is_there(plan.project, track, "MediaTrack*") and track or nil
end

local function track_for(plan)
  local known = blocks.track(plan)
  if known then return known end
  local before = reaper.CountTracks(plan.project)
  plan.blocks.track = place.track_for(plan, plan.start, plan.stop)
  plan.blocks.is_new = reaper.CountTracks(plan.project) > before
  return plan.blocks.track
end

local function insert(plan, block, source)
  local begin, length = block.begin / block.rate, (block["end"] - block.begin) / block.rate
  local item = place.new_item(plan, track_for(plan), plan.start + begin, length)
  local take = reaper.AddTakeToMediaItem(item)
  reaper.SetMediaItemTake_Source(take, source)
  -- As loud as the whole will be: see place.measure.
  local gain = plan.settings.match_level and plan.lane_gain or 1
  reaper.SetMediaItemTakeInfo_Value(take, "D_VOL", gain)
  local name = string.format("%s %d of %d", plan.action, block.number + 1, block.of)
  reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", name, true)
  return item
end

-- Work on the project that REAPER draws once, when it is done.
local function at_once(work)
  reaper.PreventUIRefresh(1)
  local ok, result = pcall(work)
  reaper.PreventUIRefresh(-1)
  reaper.UpdateArrange()
  if not ok then error(result, 0) end
  return result
end

-- Places what is new, while the project is in view. What cannot be opened is left to the whole.
function blocks.place(plan, told)
  local items = placed(plan).items
  for _, block in ipairs(told or {}) do
    local number = block.number + 1
    local is_new = block.take == 0 and items[number] == nil
    if is_new and place.project_state(plan.project) == "here" then
      local source = reaper.PCM_Source_CreateFromFile(block.path)
      items[number] = source and at_once(function() return insert(plan, block, source) end) or false
    end
    ditto.breathe()
  end
end

-- Takes the blocks away, for the whole is there. What the producer has removed is gone already.
function blocks.clear(plan)
  for number, item in pairs(placed(plan).items) do
    if item and place.is_there(plan.project, item, "MediaItem*") then
      reaper.DeleteTrackMediaItem(reaper.GetMediaItem_Track(item), item)
    end
    plan.blocks.items[number] = false
  end
end

-- The whole never comes: the project is as it was, without the track that was made for it.
function blocks.give_up(plan)
  if place.project_state(plan.project) == "closed" then return end
  local track = blocks.track(plan)
  if not track then return end
  at_once(function()
    blocks.clear(plan)
    if plan.blocks.is_new and reaper.CountTrackMediaItems(track) == 0 then
      place.remove_track(plan, track)
    end
  end)
end

return blocks
