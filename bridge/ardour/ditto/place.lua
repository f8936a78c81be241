-- A result in the session: its file imported, a region at its sample, one step to undo.

local ditto = ...
local files = ditto.files
local place = {}

local MOST_GAIN = 4 -- 12 dB: a result that is nearly silent stays so

-- Everything known about a result lies beside its audio, and is found from any region that plays it.
function place.sidecar(region)
  return region:source(0):to_filesource():path() .. ".ditto.json"
end

local function whole_files()
  local found = {}
  for id, region in ARDOUR.RegionFactory.regions():iter() do
    if region:whole_file() then found[id:to_s()] = region end
  end
  return found
end

-- The region that plays a whole file, which is copied into the session: it then moves along with it.
-- (Embedding is quicker, but an embedded file is lost when the session is moved.)
function place.imported(path)
  local known, list = whole_files(), C.StringVector()
  list:push_back(path)
  Editor:do_import(list, Editing.ImportDistinctFiles, Editing.ImportAsRegion, ARDOUR.SrcQuality.SrcBest,
    ARDOUR.MidiTrackNameSource.SMFTrackName, ARDOUR.MidiTempoMapDisposition.SMFTempoIgnore,
    Temporal.timepos_t(0), ARDOUR.PluginInfo(), ARDOUR.Track(), false)
  for id, region in pairs(whole_files()) do
    if not known[id] then return region end
  end
  ditto.refuse("Ardour cannot read the result " .. path .. ".")
end

local function is_free(track, start, stop)
  local from, to = Temporal.timepos_t(start), Temporal.timepos_t(stop - 1)
  return track:playlist():regions_touched(from, to):empty()
end

-- Earlier results have made this track, or Ardour has numbered it.
local function is_ours(track, name)
  local is = track:name()
  return is == name or is:sub(1, #name) == name and is:sub(#name + 1):match("^ %d+$") ~= nil
end

-- The source's own track for takes; else a track of earlier results that has the result's channels
-- and nothing in its span; else a new one at the job's level, right below the source's.
function place.track_for(job, start, stop, channels)
  local beside = Session:route_by_name(job.track)
  if job.place == "takes" and not beside:isnil() then return beside:to_track() end
  local name = job.track:match("^ditto") and job.track or ("ditto " .. job.track):gsub(" $", "")
  for route in Session:get_tracks():iter() do
    local track = route:to_track()
    local fits = is_ours(track, name) and track:n_inputs():n_audio() == channels
    if fits and is_free(track, start, stop) then return track end
  end
  local order = ARDOUR.PresentationInfo.max_order
  if not beside:isnil() then order = beside:presentation_info_ptr():order() + 1 end
  local made = Session:new_audio_track(channels, 2, nil, 1, name, order, ARDOUR.TrackMode.Normal, true)
  for track in made:iter() do
    track:gain_control():set_value(10 ^ (job.level / 20), PBD.GroupControlDisposition.NoGroup)
    return track
  end
end

-- What makes a result as loud as the clip that it goes with.
local function match(job, audio)
  local clip = job.as_loud_as and ARDOUR.RegionFactory.region_by_id(PBD.ID(job.as_loud_as))
  if not clip or clip:isnil() then return 1 end
  local result = audio:rms(nil)
  return result > 0 and math.min(MOST_GAIN, clip:to_audioregion():rms(nil) / result) or 1
end

local function region_for(job, take, index)
  local whole = place.imported(take.path)
  local region = ARDOUR.RegionFactory.clone_region(whole, true, false)
  local words = { job.action, tostring(math.tointeger(take.seed) or take.seed), job.prompt }
  region:set_name(table.concat(words, " "):gsub("%s+$", ""))
  local audio = region:to_audioregion()
  -- A loop's end leads into its beginning: Ardour's fades at both would break that.
  audio:set_fade_in_active(job.fades)
  audio:set_fade_out_active(job.fades)
  audio:set_scale_amplitude(job.gain * match(job, audio))
  region:set_muted(index > 1)
  return region
end

-- The takes of a job lie upon each other, the first one heard; all in one step to undo. They cover
-- what of a song was there already, which then goes.
function place.results(job, reply)
  local begun = files.milliseconds()
  local start, length = job.start, reply.takes[1].samples
  local regions = {}
  for index, take in ipairs(reply.takes) do regions[index] = region_for(job, take, index) end
  local made = files.milliseconds()
  local channels = regions[1]:to_audioregion():n_channels()
  local track = ditto.blocks.track(job) or place.track_for(job, start, start + length, channels)
  local placing = files.milliseconds()
  local playlist = track:playlist()
  Session:begin_reversible_command("ditto " .. job.action)
  playlist:to_stateful():clear_changes()
  for index = #regions, 1, -1 do -- the last one added lies on top
    playlist:add_region(regions[index], Temporal.timepos_t(start), 1, false)
  end
  Session:add_stateful_diff_command(playlist:to_statefuldestructible())
  Session:commit_reversible_command(nil)
  ditto.blocks.clear(job)
  local done = files.milliseconds()
  local figures = {
    action_ms = job.action_ms, accepted_ms = job.accepted_ms,
    import_ms = made - begun, track_ms = placing - made, place_ms = done - placing,
  }
  for index, take in ipairs(reply.takes) do
    files.write_json(place.sidecar(regions[index]), {
      action = job.action, request = job.request, take = take, timing = figures,
      position = start, track = track:name(),
    })
  end
end

return place
