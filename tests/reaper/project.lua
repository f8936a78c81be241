-- A REAPER project as far as scripts see it: tracks, items, takes, sources, envelopes, time.

local project = {}

local Kind = {}

-- An object of one of the types that the API's documentation names.
function project.object(kind, fields)
  Kind[kind] = Kind[kind] or { __name = kind }
  return setmetatable(fields or {}, Kind[kind])
end

function project.kind(value)
  local meta = type(value) == "table" and getmetatable(value)
  return meta and meta.__name
end

function project.new(fields)
  local made = project.object("ReaProject", {
    tracks = {}, markers = {}, cursor = 0, span = { 0, 0 }, rate = 48000, name = "project.rpp",
    tempo = 120, meter = { 4, 4 }, undo = {}, marks = {},
  })
  for name, value in pairs(fields or {}) do made[name] = value end
  return made
end

-- Builders for scenes ---------------------------------------------------------------------------

function project.track(song, name)
  local track = project.object("MediaTrack",
    { name = name, items = {}, envelopes = {}, song = song, values = { I_FOLDERDEPTH = 0 } })
  song.tracks[#song.tracks + 1] = track
  return track
end

local ITEM = { D_VOL = 1, B_LOOPSRC = 1, D_FADEINLEN = 0.01, D_FADEOUTLEN = 0.01 }
local TAKE = {
  D_STARTOFFS = 0, D_PLAYRATE = 1, D_PITCH = 0, D_VOL = 1, I_CHANMODE = 0, B_PPITCH = 0,
}

local function with(defaults, given)
  local values = {}
  for name, value in pairs(defaults) do values[name] = value end
  for name, value in pairs(given or {}) do values[name] = value end
  return values
end

function project.add_item(track, values)
  local item = project.object("MediaItem",
    { track = track, takes = {}, active = 1, values = with(ITEM, values) })
  item.values.D_POSITION = item.values.D_POSITION or 0
  item.values.D_LENGTH = item.values.D_LENGTH or 0
  track.items[#track.items + 1] = item
  return item
end

function project.add_take(item, source, values)
  local take = project.object("MediaItem_Take", {
    item = item, source = source, notes = {}, stretch = 0, effects = 0, texts = {},
    values = with(TAKE, values),
  })
  item.takes[#item.takes + 1] = take
  return take
end

-- An item that plays a file; its source as the header says.
function project.audio(track, path, values, take_values)
  local item = project.add_item(track, values)
  project.add_take(item, assert(project.open(path)), take_values)
  return item
end

-- A MIDI item; notes are {start, stop in quarters of the project, pitch, velocity, channel, muted}.
function project.midi(track, notes, values, loop_quarters)
  local item = project.add_item(track, values)
  local source = project.object("PCM_source",
    { type = "MIDI", path = "", rate = 0, channels = 1, length = loop_quarters or 0, beats = true })
  project.add_take(item, source).notes = notes
  return item
end

-- An envelope; read(time) is its value. chunk: as REAPER names it in a project file.
function project.envelope(track, name, points, read, more)
  local envelope = project.object("TrackEnvelope",
    with({ track = track, name = name, points = points, read = read, mode = 0, effect = -1 }, more))
  track.envelopes[#track.envelopes + 1] = envelope
  return envelope
end

-- The header of a WAV, as a source; nil where the file cannot be opened.
function project.open(path)
  local file = io.open(path, "rb")
  local head = file and file:read(4096)
  if file then file:close() end
  local at = head and head:match("^RIFF....WAVE.-()fmt ")
  local size = head and head:match("data(....)")
  if not at or not size then return nil end
  local _, channels, rate, _, frame = string.unpack("<I2I2I4I4I2", head, at + 8)
  local frames = string.unpack("<I4", size) // frame
  return project.object("PCM_source",
    { type = "WAVE", path = path, rate = rate, channels = channels, length = frames / rate })
end

-- Time ------------------------------------------------------------------------------------------

-- Tempo from one time on: {time, quarter, bpm, [linear, to: bpm at the next]}.
local function segments(song)
  local list = { { time = 0, bpm = song.tempo, over = song.meter[1], under = song.meter[2] } }
  for _, marker in ipairs(song.markers) do
    if marker.time <= 0 then list = {} end
    list[#list + 1] = with(marker, {})
  end
  local quarter = 0
  for index, one in ipairs(list) do
    local following = list[index + 1]
    one.quarter = quarter
    one.to = one.linear and following and following.bpm or one.bpm
    if following then
      quarter = quarter + (following.time - one.time) * (one.bpm + one.to) / 120
      one.lasts = following.time - one.time
    end
  end
  return list
end

local function segment_at(song, field, value)
  local list = segments(song)
  local found = list[1]
  for _, one in ipairs(list) do
    if one[field] <= value + 1e-12 then found = one end
  end
  return found
end

function project.quarter(song, time)
  local one = segment_at(song, "time", time)
  local t = time - one.time
  local bend = one.lasts and (one.to - one.bpm) / (2 * one.lasts) or 0
  return one.quarter + (one.bpm * t + bend * t * t) / 60
end

function project.time(song, quarter)
  local one = segment_at(song, "quarter", quarter)
  local beats = (quarter - one.quarter) * 60
  local bend = one.lasts and (one.to - one.bpm) / (2 * one.lasts) or 0
  if bend == 0 then return one.time + beats / one.bpm end
  return one.time + (math.sqrt(one.bpm ^ 2 + 4 * bend * beats) - one.bpm) / (2 * bend)
end

-- Meter from one quarter on, and the number of its first bar.
local function meters(song)
  local list, bar = {}, 0
  for _, one in ipairs(segments(song)) do
    if one.over and one.over > 0 then
      local before = list[#list]
      if before then
        bar = bar + math.floor((one.quarter - before.quarter) / before.length + 1e-9)
      end
      list[#list + 1] = {
        quarter = one.quarter, over = one.over, under = one.under, bar = bar,
        length = 4 * one.over / one.under,
      }
    end
  end
  return list
end

function project.meter_at(song, quarter)
  local found
  for _, one in ipairs(meters(song)) do
    if not found or one.quarter <= quarter + 1e-9 then found = one end
  end
  return found
end

-- Beats into the bar, bar, and its meter, at a quarter.
function project.beats(song, quarter)
  local meter = project.meter_at(song, quarter)
  local into = quarter - meter.quarter
  local bars = math.floor(into / meter.length + 1e-9)
  return (into - bars * meter.length) * meter.under / 4, meter.bar + bars, meter
end

-- First and last quarter of a bar.
function project.bar(song, bar)
  local found
  for _, one in ipairs(meters(song)) do
    if not found or one.bar <= bar then found = one end
  end
  local first = found.quarter + (bar - found.bar) * found.length
  return first, first + found.length, found
end

-- Undo ------------------------------------------------------------------------------------------

-- Everything of a project that undo restores, as text.
function project.dump(song)
  local lines = {}
  local function put(depth, label, values)
    local names = {}
    for name in pairs(values or {}) do names[#names + 1] = name end
    table.sort(names)
    for index, name in ipairs(names) do
      names[index] = name .. "=" .. tostring(values[name])
    end
    lines[#lines + 1] = (" "):rep(depth) .. label .. " " .. table.concat(names, " ")
  end
  for _, track in ipairs(song.tracks) do
    put(0, "track " .. track.name, track.values)
    for _, item in ipairs(track.items) do
      put(1, "item" .. (item.selected and " selected" or ""), item.values)
      for number, take in ipairs(item.takes) do
        put(2, number == item.active and "active take" or "take", take.values)
        put(3, take.source and take.source.path or "no source", take.texts)
      end
    end
  end
  return table.concat(lines, "\n")
end

-- A copy of the tracks that keeps nothing of the old ones but their sources.
function project.copy_tracks(song)
  local copies = {}
  for index, track in ipairs(song.tracks) do
    local copy = project.object("MediaTrack", with(track, { items = {}, values = with(track.values) }))
    for number, item in ipairs(track.items) do
      local new = project.object("MediaItem",
        with(item, { track = copy, takes = {}, values = with(item.values) }))
      for take_number, take in ipairs(item.takes) do
        new.takes[take_number] = project.object("MediaItem_Take",
          with(take, { item = new, values = with(take.values), texts = with(take.texts) }))
      end
      copy.items[number] = new
    end
    copies[index] = copy
  end
  return copies
end

-- Undo brings back what was at the step before, with what was changed since without one.
function project.step(song, name)
  song.undo[#song.undo + 1] = { name = name, before = song.kept or song.block }
  song.kept = song.kept and project.copy_tracks(song)
end

function project.undo(song)
  song.tracks = table.remove(song.undo).before
end

return project
