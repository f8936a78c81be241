-- The jobs of this session, from the press of an action to the region. The hook looks ten times a
-- second. What is pending lies in the session's folder: closing Ardour, or losing the bridge or the
-- daemon, delays a result but loses none.

local ditto = ...
local files, spool, memory, marker = ditto.files, ditto.spool, ditto.memory, ditto.marker
local jobs = {}

local TROUBLE = {
  no_bridge = "bridge gone, waiting for it",
  missing = "daemon gone, waiting for it",
  loading = "daemon is loading its model",
  failed = "daemon cannot load its model",
}
local PATIENCE = 4 -- seconds that bridge or daemon may be gone before it is offered to start them

-- What changes comes first: Ardour shows of a range's name what has room. The end of the id keeps
-- the names of two jobs apart.
local function label(job, text)
  return string.format("ditto %s (%s %s)", text, job.action, job.id:sub(-4))
end

local function tell(job, text)
  local name = label(job, text)
  if name == job.marker then return false end
  if job.marker then marker.rename(job.marker, name) end
  job.marker = name
  return true
end

function jobs.add(job)
  tell(job, "waiting")
  marker.add(job.start, job.stop, job.marker)
  local pending = memory.jobs()
  pending[#pending + 1] = job
  memory.keep_jobs(pending)
end

function jobs.cancel_all()
  for _, job in ipairs(memory.jobs()) do spool.cancel(job.id) end
end

local function time_left(seconds)
  if type(seconds) ~= "number" then return "" end
  return string.format(", %d s left", math.ceil(seconds))
end

local function progress(reply)
  if reply.state == "running" and reply.stage ~= "" then
    local percent = 100 * reply.step // math.max(reply.of, 1)
    return string.format("%d %% %s%s", percent, reply.stage, time_left(reply.seconds_left))
  end
  return reply.state
end

local function finish(job, reply)
  marker.remove(job.marker)
  if reply.state == "done" then
    ditto.place.results(job, reply)
  else
    ditto.blocks.clear(job)
  end
  spool.forget(job.id)
end

-- What the latest reply means for a job: whether it changed, whether it has ended, and the reply.
local function follow(job, text, trouble)
  local reply = text and ditto.json.decode(text)
  if not reply then return tell(job, trouble or "waiting"), false end
  if reply.state ~= "waiting" and not job.accepted_ms then
    job.accepted_ms = files.milliseconds() - job.started
  end
  if reply.state == "done" or reply.state == "failed" or reply.state == "cancelled" then
    return true, true, reply
  end
  return tell(job, trouble or progress(reply)), false, reply
end

local deserted_since

-- Whether to offer a start: once for each job, where nobody has come back by himself.
local function is_time_to_ask(pending)
  local waits = #pending > 0 and spool.is_deserted()
  deserted_since = waits and (deserted_since or os.time()) or nil
  if not waits or os.time() - deserted_since < PATIENCE then return false end
  local asks = false
  for _, job in ipairs(pending) do
    asks, job.asked = asks or not job.asked, true
  end
  return asks
end

-- One look at every reply; costs a few reads of small files.
function jobs.look()
  local pending = memory.jobs()
  if #pending == 0 then
    deserted_since = nil
    return
  end
  local trouble = TROUBLE[spool.daemon().state]
  local left, ended, heard, changed = {}, {}, {}, false
  for _, job in ipairs(pending) do
    local is_new, has_ended, reply = follow(job, spool.reply(job.id), trouble)
    changed = changed or is_new
    if has_ended then
      ended[#ended + 1] = { job, reply }
    else
      left[#left + 1] = job
      heard[#heard + 1] = reply and { job, reply }
    end
  end
  -- First forget, then place: what goes wrong while placing must not happen again ten times a second.
  local asks = is_time_to_ask(left)
  if changed or asks then memory.keep_jobs(left) end
  for _, pair in ipairs(ended) do finish(table.unpack(pair)) end
  for _, pair in ipairs(heard) do ditto.blocks.place(table.unpack(pair)) end
  for _, pair in ipairs(ended) do
    local reply = pair[2]
    if reply.state == "failed" then ditto.refuse(reply.error.message) end
  end
  if asks then spool.offer_to_start() end
end

return jobs
