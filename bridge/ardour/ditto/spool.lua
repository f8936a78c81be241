-- The folder through which `ditto-bridge watch` hears of jobs; see ditto_bridge/spool.py.

local ditto = ...
local files = ditto.files
local spool = {}

local STALE = 3 -- seconds; os.time counts whole ones
local GONE = {
  no_bridge = "The bridge to the daemon is not running, so nothing is rendered yet.",
  missing = "The daemon is not running, so nothing is rendered yet.",
}

-- Where the spool lies and how it is started, as install.py found them.
local function host()
  return files.read_json(ditto.folder .. "/host.json") or {}
end

local function path(name)
  local folder = os.getenv("DITTO_DAW_SPOOL") or host().spool
  if not folder then ditto.refuse("Run bridge/ardour/install.py once more: host.json is missing.") end
  return folder .. "/" .. name
end

function spool.submit(request)
  if not files.is_folder(path("requests")) then
    ditto.refuse(GONE.no_bridge .. " Run this once in a terminal: " .. (host().start or "ditto-bridge watch --serve"))
  end
  files.write_json(path("requests/" .. request.id .. ".json"), request)
end

-- The text of a job's latest reply; nil before there is one.
function spool.reply(id)
  return files.read(path("replies/" .. id .. ".json"))
end

function spool.cancel(id)
  files.write(path("cancel/" .. id), "")
end

-- A reply that has been used is deleted.
function spool.forget(id)
  os.remove(path("replies/" .. id .. ".json"))
end

-- What the bridge last said of itself and of the daemon; its state is "no_bridge" where it is silent.
function spool.daemon()
  local said = files.read_json(path("daemon.json")) or {}
  if os.time() - (said.updated or 0) > STALE then said.state = "no_bridge" end
  return said
end

-- The models that the daemon has loaded; there is nothing to choose where it is one.
function spool.models()
  return (spool.daemon().capabilities or {}).models or {}
end

-- The request waits in the spool; if nobody is there to take it, offer to start somebody.
function spool.offer_to_start()
  local said = spool.daemon()
  if said.state == "failed" then ditto.refuse("The daemon cannot load its model: " .. (said.note or "")) end
  if not GONE[said.state] then return end
  local command = said.state == "missing" and said.serve or said.start or host().start
  local question = GONE[said.state] .. "\n\nStart it now?\n" .. command
  local kind, buttons = LuaDialog.MessageType.Question, LuaDialog.ButtonType.Yes_No
  if LuaDialog.Message("ditto", question, kind, buttons):run() ~= LuaDialog.Response.Yes then return end
  local windows = ditto.folder:find("\\", 1, true)
  os.forkexec(table.unpack(windows and { "cmd.exe", "/c", command } or { "/bin/sh", "-c", command }))
end

-- Whether nobody is there who renders, or will.
function spool.is_deserted()
  return GONE[spool.daemon().state] ~= nil
end

return spool
