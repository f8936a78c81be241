-- @description ditto-daw: Vary
-- @author ditto-daw
-- @version 0.1.0
-- @about The same clip, a little or a lot different.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Vary", folder)
