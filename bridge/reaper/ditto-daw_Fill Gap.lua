-- @description ditto-daw: Fill Gap
-- @author ditto-daw
-- @version 0.1.0
-- @about Music between two clips, which both stay as they are.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Fill Gap", folder)
