-- @description ditto-daw: Song
-- @author ditto-daw
-- @version 0.1.0
-- @about A long form in sections, from markers or the settings; heard while the rest renders.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Song", folder)
