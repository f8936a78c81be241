ardour {
  ["type"]    = "EditorAction",
  name        = "ditto: NAME",
  license     = "MIT",
  author      = "ditto-daw",
  description = [[INFO]],
}

function factory ()
  return function ()
    local folder = ARDOUR.LuaAPI.build_filename (ARDOUR.user_config_directory (-1), "ditto")
    assert (loadfile (ARDOUR.LuaAPI.build_filename (folder, "ditto.lua"))) (folder).act ("NAME")
  end
end
