-- The whole of ditto in Ardour. An action script or the hook loads this file with the folder in
-- which it lies and calls `act` or `tick`. Ardour's Lua has loadfile but neither require nor dofile.

local folder = ...
local ditto = { folder = folder }

local PARTS = {
  "json", "files", "spool", "memory", "timeline", "sections", "selection", "lane", "song", "request",
  "marker", "place", "blocks", "jobs", "settings",
}

for _, name in ipairs(PARTS) do
  ditto[name] = assert(loadfile(folder .. "/" .. name .. ".lua"))(ditto)
end

-- Tells the producer something, in a window and in Ardour's log.
function ditto.say(sentence)
  print("ditto: " .. sentence)
  local kind, buttons = LuaDialog.MessageType.Warning, LuaDialog.ButtonType.Close
  LuaDialog.Message("ditto", sentence, kind, buttons):run()
end

-- Raises a sentence for the producer, as against an error of the program.
function ditto.refuse(sentence)
  error({ sentence = sentence }, 0)
end

-- Ardour takes an action that raises an error out of its menu, so none may get out.
local function guarded(work, ...)
  local ok, problem = pcall(work, ...)
  if ok then return end
  local known = type(problem) == "table" and problem.sentence
  ditto.say(known or "ditto met an error in its own script: " .. tostring(problem))
end

local function named(action)
  for _, known in ipairs(ditto.memory.catalogue().actions) do
    if known.name == action then return known end
  end
  ditto.refuse("There is no action " .. action .. ": run bridge/ardour/install.py once more.")
end

local function act(name)
  local started = ditto.files.milliseconds()
  local action = named(name)
  if name == "Settings" then return ditto.settings.open() end
  if name == "Cancel" then return ditto.jobs.cancel_all() end
  local request, job = ditto.request.compose(action, ditto.memory.settings())
  ditto.spool.submit(request)
  job.started, job.action_ms = started, ditto.files.milliseconds() - started
  job.asked = ditto.spool.is_deserted()
  ditto.jobs.add(job)
  ditto.spool.offer_to_start()
end

-- One press of an action. Nothing waits here: the hook sees to what comes back.
function ditto.act(name)
  guarded(act, name)
end

local ticking = false

-- Ten times a second, from the hook. A window that a tick opens lets Ardour run on, and so the next
-- tick begins while the first is still in it.
function ditto.tick()
  if ticking or not Session then return end
  ticking = true
  guarded(ditto.jobs.look)
  ticking = false
end

return ditto
