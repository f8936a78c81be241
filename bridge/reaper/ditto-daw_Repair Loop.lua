-- @description ditto-daw: Repair Loop
-- @author ditto-daw
-- @version 0.1.0
-- @about The clip's last beats are made anew, so that it loops.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Repair Loop", folder)
