-- @description ditto-daw: Extend Loop
-- @author ditto-daw
-- @version 0.1.0
-- @about The clip stays and new bars follow that lead back to its beginning.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Extend Loop", folder)
