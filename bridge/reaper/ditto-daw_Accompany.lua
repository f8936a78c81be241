-- @description ditto-daw: Accompany
-- @author ditto-daw
-- @version 0.1.0
-- @about Players for a MIDI clip's notes, or for the harmony and groove of an audio clip.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Accompany", folder)
