-- What this session remembers: the settings, and the jobs whose results are still to come. Both lie
-- in one file in the session's folder, which the actions and the hook, two Lua states, share.

local ditto = ...
local files, json = ditto.files, ditto.json
local memory = {}

local function path()
  return Session:path() .. "/ditto.json"
end

local last_text, last_value

local function all()
  local text = files.read(path())
  if not text then return { settings = {}, jobs = json.array() } end
  if text ~= last_text then
    last_text, last_value = text, json.decode(text) or { settings = {}, jobs = json.array() }
  end
  return last_value
end

local function keep(value)
  files.write_json(path(), value)
end

local catalogue

-- The actions and settings that every host offers, from actions.json.
function memory.catalogue()
  catalogue = catalogue or files.read_json(ditto.folder .. "/actions.json")
  return catalogue or ditto.refuse("Run bridge/ardour/install.py once more: actions.json is missing.")
end

-- Settings by name; the catalogue's defaults where nothing else was chosen.
function memory.settings()
  local chosen, settings = all().settings, {}
  for _, setting in ipairs(memory.catalogue().settings) do
    local value = chosen[setting.name]
    if value == nil then value = setting.default end
    settings[setting.name] = value
  end
  return settings
end

function memory.keep_settings(settings)
  keep({ settings = settings, jobs = all().jobs })
end

-- Jobs in the order in which they were begun.
function memory.jobs()
  return all().jobs
end

-- Keeps a job that has changed, where it is still pending.
function memory.keep_job(changed)
  local jobs = all().jobs
  for index, job in ipairs(jobs) do
    if job.id == changed.id then jobs[index] = changed end
  end
  memory.keep_jobs(jobs)
end

function memory.keep_jobs(jobs)
  keep({ settings = all().settings, jobs = json.array(jobs) })
end

return memory
