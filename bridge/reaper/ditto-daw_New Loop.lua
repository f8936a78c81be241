-- @description ditto-daw: New Loop
-- @author ditto-daw
-- @version 0.1.0
-- @about A new loop; where a draft is selected, that one, now under lane, notes and settings.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("New Loop", folder)
