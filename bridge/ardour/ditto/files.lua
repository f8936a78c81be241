-- Files and clocks. Every file appears whole: it is written under a name with a dot, then renamed.

local ditto = ...
local files = {}

function files.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

-- The value in a JSON file; nil where there is none, or nothing that can be read.
function files.read_json(path)
  local text = files.read(path)
  if not text then return nil end
  return (ditto.json.decode(text))
end

function files.write(path, text)
  local folder, name = path:match("^(.*)[/\\]([^/\\]+)$")
  local part = folder .. "/." .. name .. ".part"
  local file, problem = io.open(part, "wb")
  if not file then ditto.refuse("A file cannot be written: " .. problem .. ".") end
  file:write(text)
  file:close()
  if not os.rename(part, path) then
    os.remove(path) -- Windows renames onto no file that is there
    os.rename(part, path)
  end
end

function files.write_json(path, value)
  files.write(path, ditto.json.encode(value))
end

function files.is_folder(path)
  return ARDOUR.LuaAPI.file_test(path, ARDOUR.LuaAPI.FileTest.IsDir)
end

function files.exists(path)
  return ARDOUR.LuaAPI.file_test(path, ARDOUR.LuaAPI.FileTest.Exists)
end

-- The sample rate in a WAV file's header; nil of other files.
function files.wav_rate(path)
  local file = io.open(path, "rb")
  local head = file and file:read(4096) or ""
  if file then file:close() end
  local at = head:match("^R[IF][F6][F4]....WAVE.-()fmt ")
  return at and (string.unpack("<I4", head, at + 12))
end

-- A clock that never goes back.
function files.milliseconds()
  return ARDOUR.LuaAPI.monotonic_time() / 1000
end

return files
