-- @description ditto-daw: Cancel
-- @author ditto-daw
-- @version 0.1.0
-- @about Stop every job of this session; nothing is inserted.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Cancel", folder)
