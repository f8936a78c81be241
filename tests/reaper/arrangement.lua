-- The functions of the stand-in that read and change a project: time, tracks, items, takes, sources,
-- notes and envelopes.

local project = require("reaper.project")

return function(standin, declare)

local function song_of(given)
  return given == 0 and standin.project or given
end

-- A script that goes on may change a project without a step; a scene says where that is meant.
local function changing(song)
  assert(song.block or song.unrecorded, "the project is changed outside an undo block")
end

local function song_of_item(item) return item.track.song end

-- Projects, time ---------------------------------------------------------------------------------

declare("EnumProjects", "integer", function(index)
  local song = index == -1 and standin.project or standin.projects[index + 1]
  if song then return song, song.name end
end)
declare("GetProjectPathEx", "ReaProject", function(song) return song_of(song).path end)
declare("GetSetProjectInfo", "ReaProject string number boolean", function(song, name, _, is_set)
  assert(name == "PROJECT_SRATE" and not is_set)
  return song_of(song).rate
end)
declare("GetCursorPositionEx", "ReaProject", function(song) return song_of(song).cursor end)
declare("GetSet_LoopTimeRange2", "ReaProject boolean boolean number number boolean",
  function(song, is_set)
    assert(not is_set)
    return table.unpack(song_of(song).span)
  end)
declare("TimeMap2_timeToQN", "ReaProject number", function(song, time)
  return project.quarter(song_of(song), time)
end)
declare("TimeMap2_QNToTime", "ReaProject number", function(song, quarter)
  return project.time(song_of(song), quarter)
end)
declare("TimeMap2_timeToBeats", "ReaProject number", function(song, time)
  song = song_of(song)
  local quarter = project.quarter(song, time)
  local beats, bar, meter = project.beats(song, quarter)
  return beats, bar, meter.over, quarter * meter.under / 4, meter.under
end)
declare("TimeMap_GetMeasureInfo", "ReaProject integer", function(song, bar)
  song = song_of(song)
  local first, last, meter = project.bar(song, bar)
  return project.time(song, first), first, last, meter.over, meter.under, song.tempo
end)
declare("TimeMap_GetTimeSigAtTime", "ReaProject number", function(song, time)
  song = song_of(song)
  local meter = project.meter_at(song, project.quarter(song, time))
  local first = song.markers[1]
  local tempo = first and first.time <= 0 and first.bpm or song.tempo
  assert(time == 0, "only asked for the beginning")
  return meter.over, meter.under, tempo
end)
declare("CountTempoTimeSigMarkers", "ReaProject", function(song) return #song_of(song).markers end)
declare("GetTempoTimeSigMarker", "ReaProject integer", function(song, index)
  local marker = song_of(song).markers[index + 1]
  if not marker then return false, 0, 0, 0, 0, 0, 0, false end
  return true, marker.time, 0, 0, marker.bpm, marker.over or -1, marker.under or -1,
    marker.linear or false
end)

declare("CountProjectMarkers", "ReaProject", function(song)
  local regions = 0
  for _, mark in ipairs(song_of(song).marks) do regions = regions + (mark.to and 1 or 0) end
  local all = #song_of(song).marks
  return all, all - regions, regions
end)
declare("EnumProjectMarkers3", "ReaProject integer", function(song, index)
  local mark = song_of(song).marks[index + 1]
  if not mark then return 0, false, 0, 0, "", 0, 0 end
  return index + 1, mark.to ~= nil, mark.from, mark.to or 0, mark.name, index + 1, 0
end)

-- Tracks, items, takes ---------------------------------------------------------------------------

local function selected(song)
  local list = {}
  for _, track in ipairs(song.tracks) do
    for _, item in ipairs(track.items) do
      if item.selected then list[#list + 1] = item end
    end
  end
  return list
end

local function value_of(object, name)
  local value = object.values[name]
  assert(value, "no attribute " .. name)
  return value
end

local function set_value(song, object, name, value)
  changing(song)
  assert(object.values[name], "no attribute " .. name)
  object.values[name] = value
  return true
end

declare("CountTracks", "ReaProject", function(song) return #song_of(song).tracks end)
declare("GetTrack", "ReaProject integer", function(song, index)
  return song_of(song).tracks[index + 1]
end)
declare("GetSelectedTrack", "ReaProject integer", function(song, index)
  return index == 0 and song_of(song).selected_track or nil
end)
declare("GetTrackName", "MediaTrack", function(track) return true, track.name end)
declare("GetSetMediaTrackInfo_String", "MediaTrack string string boolean",
  function(track, name, text, is_set)
    assert(name == "P_NAME" and is_set)
    changing(track.song)
    track.name = text
    return true, text
  end)
declare("GetMediaTrackInfo_Value", "MediaTrack string", function(track, name)
  if name ~= "IP_TRACKNUMBER" then return value_of(track, name) end
  for index, other in ipairs(track.song.tracks) do
    if other == track then return index + 0.0 end
  end
end)
declare("SetMediaTrackInfo_Value", "MediaTrack string number", function(track, name, value)
  return set_value(track.song, track, name, value)
end)
declare("InsertTrackAtIndex", "integer boolean", function(index)
  local song = standin.project
  changing(song)
  local track = project.track(song, "Track " .. index + 1)
  table.remove(song.tracks)
  table.insert(song.tracks, index + 1, track)
end)
declare("DeleteTrack", "MediaTrack", function(track)
  changing(track.song)
  for index, other in ipairs(track.song.tracks) do
    if other == track then return table.remove(track.song.tracks, index) and nil end
  end
  error("no such track")
end)
declare("DeleteTrackMediaItem", "MediaTrack MediaItem", function(track, item)
  changing(track.song)
  for index, other in ipairs(track.items) do
    if other == item then return table.remove(track.items, index) ~= nil end
  end
  return false
end)
declare("CountTrackMediaItems", "MediaTrack", function(track) return #track.items end)
declare("GetTrackMediaItem", "MediaTrack integer", function(track, index)
  return track.items[index + 1]
end)
declare("CountSelectedMediaItems", "ReaProject", function(song) return #selected(song_of(song)) end)
declare("GetSelectedMediaItem", "ReaProject integer", function(song, index)
  return selected(song_of(song))[index + 1]
end)
declare("SelectAllMediaItems", "ReaProject boolean", function(song, state)
  for _, track in ipairs(song_of(song).tracks) do
    for _, item in ipairs(track.items) do item.selected = state or nil end
  end
end)
declare("SetMediaItemSelected", "MediaItem boolean", function(item, state)
  item.selected = state or nil
end)
declare("AddMediaItemToTrack", "MediaTrack", function(track)
  changing(track.song)
  return project.add_item(track)
end)
declare("GetMediaItem_Track", "MediaItem", function(item) return item.track end)
declare("GetMediaItemInfo_Value", "MediaItem string", value_of)
declare("SetMediaItemInfo_Value", "MediaItem string number", function(item, name, value)
  return set_value(song_of_item(item), item, name, value)
end)
declare("GetActiveTake", "MediaItem", function(item) return item.takes[item.active] end)
declare("SetActiveTake", "MediaItem_Take", function(take)
  changing(song_of_item(take.item))
  for index, other in ipairs(take.item.takes) do
    if other == take then take.item.active = index end
  end
end)
declare("AddTakeToMediaItem", "MediaItem", function(item)
  changing(song_of_item(item))
  return project.add_take(item, nil)
end)
declare("TakeIsMIDI", "MediaItem_Take", function(take)
  return take.source ~= nil and take.source.type == "MIDI"
end)
declare("GetMediaItemTakeInfo_Value", "MediaItem_Take string", value_of)
declare("SetMediaItemTakeInfo_Value", "MediaItem_Take string number", function(take, name, value)
  return set_value(song_of_item(take.item), take, name, value)
end)
declare("GetSetMediaItemTakeInfo_String", "MediaItem_Take string string boolean",
  function(take, name, text, is_set)
    assert(name == "P_NAME" or name:find("^P_EXT:."))
    if is_set then
      changing(song_of_item(take.item))
      take.texts[name] = text
    end
    return take.texts[name] ~= nil, take.texts[name] or ""
  end)
declare("GetMediaItemTake_Source", "MediaItem_Take", function(take) return take.source end)
declare("SetMediaItemTake_Source", "MediaItem_Take PCM_source", function(take, source)
  changing(song_of_item(take.item))
  take.source = source
  return true
end)
declare("GetTakeNumStretchMarkers", "MediaItem_Take", function(take) return take.stretch end)
declare("TakeFX_GetCount", "MediaItem_Take", function(take) return take.effects end)

-- Sources, MIDI ----------------------------------------------------------------------------------

declare("PCM_Source_CreateFromFile", "string", project.open)
declare("PCM_Source_Destroy", "PCM_source", function() end)
declare("GetMediaSourceFileName", "PCM_source", function(source) return source.path end)
declare("GetMediaSourceType", "PCM_source", function(source) return source.type end)
declare("GetMediaSourceSampleRate", "PCM_source", function(source) return source.rate end)
declare("GetMediaSourceNumChannels", "PCM_source", function(source) return source.channels end)
declare("GetMediaSourceLength", "PCM_source", function(source)
  return source.length, source.beats or false
end)
declare("MIDI_CountEvts", "MediaItem_Take", function(take) return #take.notes, #take.notes, 0, 0 end)
declare("MIDI_GetNote", "MediaItem_Take integer", function(take, index)
  local note = take.notes[index + 1]
  if not note then return false, false, false, 0, 0, 0, 0, 0 end
  return true, false, note[6] or false, note[1] * 960, note[2] * 960, note[5], note[3], note[4]
end)
declare("MIDI_GetProjQNFromPPQPos", "MediaItem_Take number", function(_, ppq) return ppq / 960 end)

local function sound(take, time, channel)
  return take.sound and take.sound(time, channel) or 0
end

declare("CreateTakeAudioAccessor", "MediaItem_Take", function(take)
  standin.accessors = (standin.accessors or 0) + 1
  return project.object("AudioAccessor", { take = take })
end)
declare("DestroyAudioAccessor", "AudioAccessor", function()
  standin.accessors = standin.accessors - 1
end)
declare("GetAudioAccessorSamples", "AudioAccessor integer integer number integer reaper.array",
  function(accessor, rate, channels, start, frames, buffer)
    for frame = 0, frames - 1 do
      for channel = 1, channels do
        buffer.cells[frame * channels + channel] =
          sound(accessor.take, start + frame / rate, channel)
      end
    end
    return 1
  end)
declare("new_array", "integer", function(size)
  local array = project.object("reaper.array", { cells = {} })
  function array.clear() for index = 1, size do array.cells[index] = 0.0 end end
  function array.table(from, count)
    return table.move(array.cells, from, from + count - 1, 1, {})
  end
  array.clear()
  return array
end)

-- Envelopes --------------------------------------------------------------------------------------

declare("CountTrackEnvelopes", "MediaTrack", function(track) return #track.envelopes end)
declare("GetTrackEnvelope", "MediaTrack integer", function(track, index)
  return track.envelopes[index + 1]
end)
declare("GetEnvelopeName", "TrackEnvelope", function(envelope) return true, envelope.name end)

local function find_envelope(field)
  return function(track, name)
    for _, envelope in ipairs(track.envelopes) do
      if envelope[field] == name then return envelope end
    end
  end
end

declare("GetTrackEnvelopeByName", "MediaTrack string", find_envelope("name"))
declare("GetTrackEnvelopeByChunkName", "MediaTrack string", find_envelope("chunk"))
declare("CountEnvelopePoints", "TrackEnvelope", function(envelope) return #envelope.points end)
declare("GetEnvelopePoint", "TrackEnvelope integer", function(envelope, index)
  local time = envelope.points[index + 1]
  return time ~= nil, time or 0, time and envelope.read(time) or 0, 0, 0, false
end)
declare("Envelope_Evaluate", "TrackEnvelope number number integer", function(envelope, time)
  return 1, envelope.read(time), 0, 0, 0
end)
declare("GetEnvelopeScalingMode", "TrackEnvelope", function(envelope) return envelope.mode end)
declare("ScaleFromEnvelopeMode", "integer number", function(mode, value)
  -- REAPER's fader scaling is its own secret; a power stands for it here.
  return mode == 1 and (value / 716.2178) ^ 4 or value
end)
declare("Envelope_GetParentTrack", "TrackEnvelope", function(envelope)
  return envelope.track, envelope.effect, envelope.parameter or -1
end)
declare("TrackFX_GetParam", "MediaTrack integer integer", function() return 0, -20, 20 end)

end
