ardour {
  ["type"]    = "EditorHook",
  name        = "ditto",
  license     = "MIT",
  author      = "ditto-daw",
  description = [[Brings ditto's results into the session and tells how far they are.]],
}

function signals ()
  return LuaSignal.Set ():add ({[LuaSignal.LuaTimerDS] = true})
end

function factory ()
  local folder = ARDOUR.LuaAPI.build_filename (ARDOUR.user_config_directory (-1), "ditto")
  local script = loadfile (ARDOUR.LuaAPI.build_filename (folder, "ditto.lua"))
  local ditto = script and script (folder)
  return function ()
    if ditto then ditto.tick () end
  end
end
