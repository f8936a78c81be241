-- A press of an action, from there to the item in the project.

local ditto = ...
local settings, window = ditto.settings, ditto.window
local job = {}

local STARTING = 20 -- seconds after which a bridge that was started should have spoken
local ENDED = { done = true, failed = true, cancelled = true }
local START, CANCEL = "Start it", "Cancel"

local started -- when the bridge was started by this script

-- The bridge of the checkout that this script lies in; REAPER starts programs by their full path.
local function of_checkout()
  for _, place in ipairs({ ".venv/bin/ditto-bridge", ".venv/Scripts/ditto-bridge.exe" }) do
    local path = ditto.folder:gsub("[^/\\]+[/\\]$", "") .. "../../" .. place
    if reaper.file_exists(path) then return '"' .. path .. '" watch --serve' end
  end
  return "/full/path/of/ditto-bridge watch --serve"
end

-- The command that starts the bridge: what the bridge said last, or what the producer says.
local function start_command(daemon)
  local known = daemon.state == "missing" and daemon.serve or daemon.start
  if known then return known end
  local kept = settings.recall("start")
  local ok, typed = reaper.GetUserInputs("ditto-daw: the bridge has not run here before", 1,
    "Command,extrawidth=320,separator=\n", kept ~= "" and kept or of_checkout())
  if not ok or typed == "" then return nil end
  settings.remember("start", typed, true)
  return typed
end

local function start(daemon)
  local command = start_command(daemon)
  if not command then return end
  reaper.ExecProcess(command, -1)
  started = reaper.time_precise()
end

-- What is the matter with the daemon, and what can be done; nil where all is well.
local function trouble(daemon)
  local state = daemon.state
  if state == "ready" then
    started = nil
  elseif state == "loading" then
    return "The daemon is loading its model.", daemon.note, { CANCEL }
  elseif state == "failed" then
    return "The daemon cannot render.", daemon.note, { CANCEL }
  elseif started and reaper.time_precise() - started < STARTING then
    return "The daemon is being started.", "", { CANCEL }
  elseif started then
    return "The daemon does not come up.", "Run `ditto-bridge watch --serve` in a terminal.",
      { START, CANCEL }
  elseif state == "missing" then
    return "The daemon is not running.", "The job waits for it.", { START, CANCEL }
  elseif state == "no_bridge" then
    return "The ditto bridge is not running.", "The job waits for it.", { START, CANCEL }
  end
end

local function progress(reply)
  if not reply or reply.state == "waiting" then return "Waiting for the daemon.", nil, 0 end
  if reply.state == "accepted" then return "Accepted: in the queue.", nil, 0 end
  local part = reply.of > 0 and reply.step / reply.of or 0
  local left = type(reply.seconds_left) == "number"
    and string.format("%.0f s left", reply.seconds_left) or ""
  return string.format("%s: %d of %d", reply.stage, reply.step, reply.of), left, part
end

-- One look at how things stand. The last reply, and what the producer wishes.
local function look(via, asked, plan, restarts)
  local daemon, reply = via.daemon(), via.reply(asked.id)
  local line, note, part = progress(reply)
  local ended = reply and ENDED[reply.state]
  local problem, remedy, buttons = nil, nil, { CANCEL }
  if not ended then problem, remedy, buttons = trouble(daemon) end
  if restarts and (daemon.restarts or 0) > restarts then
    note = "The daemon was started again; the job goes on. " .. (note or "")
  end
  local pressed = window.show({
    title = plan.action,
    line = problem or line,
    note = problem and remedy or note,
    part = part,
    buttons = buttons or { CANCEL },
  })
  if pressed == START then start(daemon) end
  return reply, pressed == CANCEL
end

local function was_cancelled(mark)
  return settings.recall("cancel") ~= mark
end

-- Follows a job to its end; its last reply. "cancelled" comes at once where the producer says so.
local function follow(via, asked, plan)
  local mark, restarts = settings.recall("cancel"), via.daemon().restarts
  local cancelled = false
  job.abandon = function()
    if not cancelled then via.cancel(asked.id) end
    ditto.blocks.give_up(plan)
  end
  while true do
    local reply, wish = look(via, asked, plan, restarts)
    if reply and ENDED[reply.state] then
      job.abandon = nil
      return reply
    end
    if reply then ditto.blocks.place(plan, reply.blocks) end
    if not cancelled and (wish or was_cancelled(mark)) then
      cancelled = true
      via.cancel(asked.id)
      job.abandon = nil
      return { state = "cancelled", left = true }
    end
    ditto.pause()
  end
end

-- The result of another project's tab waits until that is in view again.
local function wait_for_project(plan)
  while ditto.place.project_state(plan.project) == "open" do
    window.show({
      title = plan.action, line = "Ready.", part = 1, buttons = {},
      note = "It is inserted when its project is in view again.",
    })
    ditto.pause()
  end
  return ditto.place.project_state(plan.project) == "here"
end

local function finish(via, asked, plan, reply)
  if reply.state ~= "done" then ditto.blocks.give_up(plan) end
  if reply.state == "failed" then ditto.refuse(reply.error.message) end
  if reply.state == "cancelled" then
    if not reply.left then via.forget(asked.id) end
    return
  end
  ditto.place.measure(plan, reply.takes)
  if not wait_for_project(plan) then
    ditto.refuse("The project was closed. The result is " .. reply.takes[1].path .. ".")
  end
  ditto.place.insert(plan, reply.takes, asked)
  via.forget(asked.id)
end

-- OSC where LuaSocket is installed and the daemon answers, else the spool.
local function choose()
  if settings.recall("transport") ~= "spool" and ditto.wire.open() then return ditto.wire end
  return ditto.spool
end

local function render(action)
  local asked, text, plan = ditto.request.compose(action, settings.read())
  local via = choose()
  via.submit(asked, text)
  finish(via, asked, plan, follow(via, asked, plan))
end

-- Does what an action's script is for.
function job.act(name)
  if name == "Cancel" then
    settings.remember("cancel", tostring(reaper.time_precise()))
  elseif name == "Settings" then
    ditto.dialog.open()
  else
    render(settings.action(name))
  end
end

return job
