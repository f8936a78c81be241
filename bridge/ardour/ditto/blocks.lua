-- What of a song can be heard while the rest renders: each block as a region, on the track and at
-- the sample where the whole will have it. Blocks are no step to undo; the whole is, and takes their
-- place. Ardour keeps the audio of what it has imported: Session > Clean-up deletes the blocks'.

local ditto = ...
local memory = ditto.memory
local blocks = {}

local function found(id)
  local region = ARDOUR.RegionFactory.region_by_id(PBD.ID(id))
  return not region:isnil() and region or nil
end

-- The first block of the first take that Ardour does not have: a new one, or one that it had lost
-- when it ended without saving.
local function missing(placed, told)
  local number = 0
  for _, block in ipairs(told or {}) do
    if block.take == 0 then
      number = number + 1
      if not placed[number] or not found(placed[number].region) then return number, block end
    end
  end
end

-- The track that the blocks of a job are on; nil where there are none, or it is gone.
function blocks.track(job)
  local first = job.blocks and job.blocks[1]
  local route = first and Session:route_by_id(PBD.ID(first.track))
  return route and not route:isnil() and route:to_track() or nil
end

-- The playlist changes without a step in the history.
local function change(track, work)
  local playlist = track:playlist()
  work(playlist)
  playlist:to_stateful():clear_changes()
end

local function place(job, block)
  local whole = ditto.place.imported(block.path)
  local region = ARDOUR.RegionFactory.clone_region(whole, true, false)
  region:set_name(string.format("%s %d of %d", job.action, block.number + 1, block.of))
  local audio = region:to_audioregion()
  -- Only the ends of the whole are faded: a block begins where the one before it stops.
  audio:set_fade_in_active(job.fades and block.number == 0)
  audio:set_fade_out_active(job.fades and block.number == block.of - 1)
  audio:set_scale_amplitude(job.gain)
  local track = blocks.track(job)
    or ditto.place.track_for(job, job.start, job.stop, audio:n_channels())
  change(track, function(playlist)
    playlist:add_region(region, Temporal.timepos_t(job.start + block.begin), 1, false)
  end)
  return { region = region:to_stateful():id():to_s(), track = track:to_stateful():id():to_s() }
end

-- Places what is new of a reply, one block at a look. What cannot be placed is left to the whole.
function blocks.place(job, reply)
  if job.deaf then return end
  local placed = job.blocks or ditto.json.array()
  local number, block = missing(placed, reply.blocks)
  if not block then return end
  local ok, result = pcall(place, job, block)
  if ok then
    placed[number] = result
  else
    print("ditto: a block is not placed: " .. tostring(result.sentence or result))
    job.deaf = true
  end
  job.blocks = placed
  memory.keep_job(job)
end

-- Takes the blocks of a job away, for the whole is there, or never comes.
function blocks.clear(job)
  local track = blocks.track(job)
  if not track then return end
  change(track, function(playlist)
    for _, one in ipairs(job.blocks) do
      local region = found(one.region)
      if region then playlist:remove_region(region) end
    end
  end)
end

return blocks
