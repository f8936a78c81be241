-- A small session to try ditto in: a clip and notes at bar 2 and a fader that goes down over four
-- bars. Copy this file to Ardour's folder "scripts" (beside ui_scripts), open an empty session, add
-- it in Edit > Lua Scripts > Script Manager, and give it an audio file and a MIDI file, such as
-- ditto_daw/material/clip.flac and melody.mid at 100 BPM. Then select the clip and choose
-- Edit > Lua Scripts > ditto: Extend Loop.

ardour {
  ["type"]    = "EditorAction",
  name        = "ditto: Example Session",
  license     = "MIT",
  author      = "ditto-daw",
  description = [[A clip, notes and fader automation to try ditto with.]],
}

function action_params ()
  return {
    clip  = { title = "Audio file", default = "" },
    notes = { title = "MIDI file",  default = "" },
    tempo = { title = "Tempo",      default = "100" },
  }
end

function factory (params)
  return function ()
    local tempo = tonumber (params.tempo)
    local map = Temporal.TempoMap.fetch_writable ()
    map:set_tempo (Temporal.Tempo (tempo, tempo, 4), Temporal.timepos_t (0))
    Temporal.TempoMap.update (map)
    map = nil -- Ardour asks for it: a kept map would never be freed

    local bar = Temporal.timepos_t.from_ticks (4 * Temporal.ticks_per_beat):samples ()
    for _, path in ipairs { params.clip, params.notes } do
      local files = C.StringVector ()
      files:push_back (path)
      Editor:do_import (files, Editing.ImportDistinctFiles, Editing.ImportAsTrack,
        ARDOUR.SrcQuality.SrcBest, ARDOUR.MidiTrackNameSource.SMFTrackName,
        ARDOUR.MidiTempoMapDisposition.SMFTempoIgnore, Temporal.timepos_t (bar),
        ARDOUR.PluginInfo (), ARDOUR.Track (), false)
    end

    local name = params.clip:match ("([^/\\]+)%.%w+$")
    local fader = Session:route_by_name (name):to_track ():gain_control ()
    fader:alist ():add (Temporal.timepos_t (bar), 1.0, false, true)
    fader:alist ():add (Temporal.timepos_t (5 * bar), 0.1, false, true)
    fader:set_automation_state (ARDOUR.AutoState.Play)
  end
end
