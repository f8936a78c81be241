-- @description ditto-daw: Re-do Bars
-- @author ditto-daw
-- @version 0.1.0
-- @about The selected bars of a loop once more; every other sample stays.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Re-do Bars", folder)
