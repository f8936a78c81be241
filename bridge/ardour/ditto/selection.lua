-- What the producer has selected: clips (audio regions), notes (a MIDI region) and a span of time.

local ditto = ...
local timeline = ditto.timeline
local selection = {}

-- The track on whose playlist a region lies; Ardour has no direct way to it.
local function track_of(region)
  for route in Session:get_tracks():iter() do
    local track = route:to_track()
    if not track:playlist():region_by_id(region:to_stateful():id()):isnil() then return track end
  end
end

local function found(region, track)
  local start = region:position():samples()
  return {
    region = region,
    track = track,
    is_midi = not region:to_midiregion():isnil(),
    start = start,
    stop = start + region:length():samples(),
  }
end

local function selected_regions(chosen)
  local regions = {}
  for region in chosen.regions:regionlist():iter() do
    local track = track_of(region)
    if track then regions[#regions + 1] = found(region, track) end
  end
  return regions
end

-- Selecting time deselects regions: then those under it count, on the selected tracks.
local function regions_under(chosen, span)
  local regions = {}
  local from, to = Temporal.timepos_t(span.start), Temporal.timepos_t(span.stop)
  for route in chosen.tracks:routelist():iter() do
    local track = route:to_track()
    if not track:isnil() then
      for region in track:playlist():regions_touched(from, to):iter() do
        if not region:muted() then regions[#regions + 1] = found(region, track) end
      end
    end
  end
  return regions
end

-- clips and notes: lists in the order of time, cut to the selected span. span: start and stop in
-- samples, nil where no time is selected. track: of the first region, else the first selected one.
function selection.read()
  local chosen = Editor:get_selection()
  local span
  if chosen.time:start_sample() < chosen.time:end_sample() then
    span = { start = chosen.time:start_sample(), stop = chosen.time:end_sample() }
  end
  local regions = selected_regions(chosen)
  if #regions == 0 and span then regions = regions_under(chosen, span) end
  table.sort(regions, function(left, right) return left.start < right.start end)
  local read = { clips = {}, notes = {}, span = span, whole = regions }
  for _, region in ipairs(regions) do
    local list = region.is_midi and read.notes or read.clips
    list[#list + 1] = region
  end
  read.track = regions[1] and regions[1].track
  for route in chosen.tracks:routelist():iter() do
    read.track = read.track or (not route:to_track():isnil() and route:to_track() or nil)
  end
  return read
end

-- A clip cut to a span of time.
function selection.cut(clip, span)
  if not span then return clip end
  local cut = {}
  for name, value in pairs(clip) do cut[name] = value end
  cut.start = math.max(clip.start, span.start)
  cut.stop = math.min(clip.stop, span.stop)
  return cut.start < cut.stop and cut or clip
end

-- The request's "source": the clip's span of its file, in exact seconds. Ardour keeps an imported
-- stereo file as two mono files; the path is then a list of both, which the bridge joins.
function selection.source(map, clip)
  local region = clip.region
  local first = region:start():samples() + clip.start - region:position():samples()
  local paths = ditto.json.array()
  for channel = 0, region:to_audioregion():n_channels() - 1 do
    local path = region:source(channel):to_filesource():path()
    if path ~= paths[#paths] then paths[#paths + 1] = path end
  end
  -- Ardour's scripts are not told a file's rate; it plays a file of another rate sample by sample.
  local rate = ditto.files.wav_rate(paths[1]) or timeline.rate()
  return {
    path = #paths == 1 and paths[1] or paths,
    start = string.format("%d/%d", first, rate),
    ["end"] = string.format("%d/%d", first + clip.stop - clip.start, rate),
    position = timeline.quarter(map, clip.start),
  }
end

-- The request's "midi": notes of a MIDI region, cut to its span, in quarters from that span's start.
function selection.midi(map, notes)
  local region = notes.region:to_midiregion()
  local rows = ditto.json.array()
  local first = timeline.quarter(map, notes.start)
  local last = timeline.quarter(map, notes.stop)
  local begins = timeline.quarter(map, notes.region:position():samples())
  local cut = timeline.ticks(notes.region:start():beats()) / 1920
  for note in ARDOUR.LuaAPI.note_list(region:model()):iter() do
    local start = begins + timeline.ticks(note:time()) / 1920 - cut
    local stop = math.min(start + timeline.ticks(note:length()) / 1920, last)
    if start >= first - 1e-9 and start < stop then
      rows[#rows + 1] = ditto.json.array({
        math.max(0, start - first), stop - start, note:note(), math.max(1, note:velocity()), note:channel(),
      })
    end
  end
  return { notes = rows }
end

return selection
