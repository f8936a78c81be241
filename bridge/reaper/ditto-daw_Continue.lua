-- @description ditto-daw: Continue
-- @author ditto-daw
-- @version 0.1.0
-- @about The music goes on after the clip, or comes before it; nothing loops.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Continue", folder)
