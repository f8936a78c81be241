-- The whole of ditto in REAPER. Each action's script loads this file with its own folder and name.
--
-- Everything happens in one coroutine, which REAPER's defer resumes about 30 times a second for a
-- few milliseconds: nothing that it does ever keeps REAPER waiting.

local PARTS = {
  "files", "settings", "spool", "wire", "timeline", "samples", "selection", "lane", "song", "request",
  "place", "blocks", "window", "dialog", "job",
}
local SLICE = 0.002 -- seconds of work in one go

return function(action, folder)
  local ditto = { folder = folder .. "ditto/" }

  local function load_file(path)
    local chunk = loadfile(path)
    return chunk and chunk(ditto)
  end

  -- In a checkout what the hosts share lies beside this host's folder; ReaPack puts it inside.
  function ditto.shared(name, beside)
    for _, path in ipairs({ ditto.folder .. name, folder .. beside .. name }) do
      if reaper.file_exists(path) then return path end
    end
    error("ditto-daw is not complete: " .. name .. " is missing. Install it once more.")
  end

  local slice_ends = 0

  -- Called between pieces of work: goes on at REAPER's next turn when this one has had its share.
  function ditto.breathe()
    if reaper.time_precise() > slice_ends and coroutine.isyieldable() then coroutine.yield() end
  end

  -- Waits for REAPER's next turn.
  function ditto.pause()
    coroutine.yield()
  end

  -- Raises a sentence for the producer, as against an error of the program.
  function ditto.refuse(sentence)
    error({ sentence = sentence }, 0)
  end

  function ditto.say(sentence)
    reaper.ShowMessageBox(sentence, "ditto-daw", 0)
  end

  local work = coroutine.create(function()
    ditto.json = load_file(ditto.shared("json.lua", "../lua/"))
    ditto.osc = load_file(ditto.shared("osc.lua", "../lua/"))
    ditto.sections = load_file(ditto.shared("sections.lua", "../lua/"))
    for _, part in ipairs(PARTS) do
      ditto[part] = load_file(ditto.folder .. part .. ".lua")
      ditto.breathe()
    end
    ditto.job.act(action)
  end)

  local function turn()
    slice_ends = reaper.time_precise() + SLICE
    local ok, problem = coroutine.resume(work)
    if ok and coroutine.status(work) ~= "dead" then return reaper.defer(turn) end
    if ditto.window then ditto.window.close() end
    if ok then return end
    local known = type(problem) == "table" and problem.sentence
    ditto.say(known or "ditto-daw met an error in its own script:\n" .. tostring(problem))
  end

  reaper.atexit(function()
    if ditto.job and ditto.job.abandon then ditto.job.abandon() end
  end)
  turn()
end
