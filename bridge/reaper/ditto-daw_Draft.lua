-- @description ditto-daw: Draft
-- @author ditto-daw
-- @version 0.1.0
-- @about Several quick sketches without control, as takes to choose from.
-- @noindex

local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "ditto/run.lua")("Draft", folder)
