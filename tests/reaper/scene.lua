-- What every scene of test_reaper*.py begins with: a project, its tracks, and the actions.

local standin = require("reaper.standin")
local project = require("reaper.project")
local json = require("json")

local scene = { standin = standin, project = project, json = json }

math.randomseed(math.floor(require("socket").gettime() * 1e6))
scene.song = project.new({ path = os.getenv("DITTO_TEST_PROJECT") })
standin.project, standin.projects = scene.song, { scene.song }
standin.ext["ditto-daw/transport"] = os.getenv("DITTO_TEST_TRANSPORT") or "spool"

local SCRIPTS = os.getenv("DITTO_TEST_SCRIPTS")

function scene.press(name, each, most)
  return standin.press(SCRIPTS .. "/ditto-daw_" .. name .. ".lua", each, most)
end

function scene.set(values)
  standin.ext["ditto-daw/settings"] = json.encode(values)
end

-- Runs work once, when the action has been going on for so many seconds.
function scene.once(seconds, work)
  local done = false
  return function(since)
    if not done and since > seconds then
      done = true
      work()
    end
  end
end

local function take_report(take)
  local about = take.texts["P_EXT:ditto-daw"]
  return {
    name = take.texts.P_NAME, path = take.source.path, values = take.values,
    about = about and json.decode(about),
  }
end

local function item_report(item)
  local takes = json.array()
  for index, take in ipairs(item.takes) do takes[index] = take_report(take) end
  return { values = item.values, takes = takes, selected = item.selected or false }
end

local function tracks_report(song)
  local tracks = json.array()
  for index, track in ipairs(song.tracks) do
    local items = json.array()
    for number, item in ipairs(track.items) do items[number] = item_report(item) end
    tracks[index] = { name = track.name, items = items, values = track.values }
  end
  return tracks
end

local function drawn_report()
  local lines = json.array()
  for index, drawn in ipairs(standin.drawn) do lines[index] = json.array({ drawn[1], drawn[2] }) end
  return lines
end

-- Everything that a test may ask about, as JSON. Undoes what was done, and says whether that
-- brought back what was before.
function scene.report(more)
  local song = scene.song
  local report = {
    tracks = tracks_report(song), messages = json.array(standin.messages),
    executed = json.array(standin.executed), drawn = drawn_report(), undo = json.array(),
    pressed = standin.pressed, turns = standin.turns, calls = standin.calls,
    longest_cpu = standin.longest_cpu, longest_wall = standin.longest_wall,
    accepted = standin.shown_after("Accepted") or standin.shown_after("%d of %d"),
    ext = standin.ext, kept = standin.kept, menus = json.array(standin.menus),
    offered = json.array(standin.offered),
  }
  for index, step in ipairs(song.undo) do report.undo[index] = step.name end
  for name, value in pairs(more or {}) do report[name] = value end
  while #song.undo > 0 do project.undo(song) end
  report.undone = project.dump(song) == scene.before
  print(json.encode(report))
end

-- The scene is set: what undo must bring back.
function scene.ready()
  scene.before = project.dump(scene.song)
  scene.song.kept = project.copy_tracks(scene.song)
end

return scene
