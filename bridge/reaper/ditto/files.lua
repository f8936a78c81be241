-- Files and folders. Every file appears whole: it is written under a name with a dot, then renamed.

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
  return (ditto.json.decode(text, ditto.breathe))
end

function files.write(path, text)
  local folder, name = path:match("^(.*)[/\\]([^/\\]+)$")
  local part = folder .. "/." .. name .. ".part"
  local file, problem = io.open(part, "wb")
  if not file then ditto.refuse("A file cannot be written: " .. problem .. ".") end
  file:write(text)
  file:close()
  os.remove(path) -- Windows renames onto no file that is there
  local ok, why = os.rename(part, path)
  if not ok then ditto.refuse("A file cannot be written: " .. why .. ".") end
end

function files.make_folder(path)
  reaper.RecursiveCreateDirectory(path, 0)
end

-- Where REAPER keeps the project's media, so that results travel with the project.
function files.media(project)
  local folder = reaper.GetProjectPathEx(project)
  files.make_folder(folder)
  return folder
end

-- The spool's folder; ditto_bridge/spool.py says where that is.
function files.spool()
  local given = os.getenv("DITTO_DAW_SPOOL")
  if given and given ~= "" then return given end
  local system, home = reaper.GetOS(), os.getenv("HOME") or ""
  if system:find("^Win") then return (os.getenv("LOCALAPPDATA") or "") .. "\\ditto-daw\\spool" end
  if system:find("^OSX") or system:find("^mac") then
    return home .. "/Library/Application Support/ditto-daw/spool"
  end
  local data = os.getenv("XDG_DATA_HOME")
  return (data and data ~= "" and data or home .. "/.local/share") .. "/ditto-daw/spool"
end

return files
