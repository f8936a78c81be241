-- The way to the daemon that needs nothing installed: files in a folder, watched by
-- `ditto-bridge watch`. ditto_bridge/spool.py describes them.

local ditto = ...
local files = ditto.files
local spool = { name = "spool" }

local STALE = 2.0 -- seconds without a heartbeat after which the watcher counts as gone
local BETWEEN = 0.2 -- seconds between two looks at the heartbeat

local heard = { looked = -1, updated = nil, since = -math.huge, said = {} }
local written = {} -- when a reply was rewritten last, so that it is read only then

function spool.submit(request, text)
  local folder = files.spool() .. "/requests"
  files.make_folder(folder)
  files.make_folder(files.spool() .. "/cancel")
  files.write(folder .. "/" .. request.id .. ".json", text)
end

-- How the job stands, as the watcher wrote it last; nil before it has seen it.
function spool.reply(id)
  local text = files.read(files.spool() .. "/replies/" .. id .. ".json")
  if text and text ~= written.text then
    written.text, written.reply = text, ditto.json.decode(text, ditto.breathe)
  end
  return written.reply
end

function spool.cancel(id)
  files.write(files.spool() .. "/cancel/" .. id, "")
end

-- The result has been used.
function spool.forget(id)
  os.remove(files.spool() .. "/replies/" .. id .. ".json")
end

-- How daemon and watcher are; state "no_bridge" where the watcher has been silent.
function spool.daemon()
  local now = reaper.time_precise()
  if now - heard.looked < BETWEEN then return heard.said end
  local said = files.read_json(files.spool() .. "/daemon.json")
  if type(said) == "table" and said.updated ~= heard.updated then
    -- Its age counts by this program's own clock, but the first look has only the file's.
    local old = heard.updated == nil and os.time() - said.updated > STALE + 1
    heard.updated, heard.since = said.updated, old and -math.huge or now
    heard.said, heard.state = said, said.state
  end
  heard.looked = now
  heard.said.state = now - heard.since > STALE and "no_bridge" or heard.state or "no_bridge"
  heard.said.capabilities = heard.said.capabilities or {}
  return heard.said
end

-- The models that the daemon has loaded; there is nothing to choose where it is one.
function spool.models()
  return spool.daemon().capabilities.models or {}
end

return spool
