-- A strict stand-in for REAPER's `reaper` and `gfx` tables, by the signatures of its documentation
-- (ReaScript API, REAPER 6 and 7): an unknown name, a wrong number of arguments or a wrong type
-- raises, as does a change to the project outside an undo block. What a project holds is in
-- arrangement.lua; here are strictness, undo, windows, and how a script runs.

local project = require("reaper.project")
local socket = require("socket")

local standin = {
  calls = 0, messages = {}, menus = {}, executed = {}, drawn = {}, inputs = {}, offered = {}, answers = {},
  kept = {}, ext = {}, refresh = 0, project_paths = {}, keys = {}, projects = {},
  picks = {}, longest_cpu = 0, longest_wall = 0, turns = 0,
}

standin.clock = socket.gettime

local api = {}
local deferred, at_exit

local function is_number(value) return type(value) == "number" end
local CHECKS = {
  number = is_number,
  integer = function(value) return is_number(value) and math.tointeger(value) ~= nil end,
  string = function(value) return type(value) == "string" end,
  boolean = function(value) return type(value) == "boolean" end,
  ["function"] = function(value) return type(value) == "function" end,
  identifier = function(value) return project.kind(value) ~= nil end,
  ReaProject = function(value) return value == 0 or project.kind(value) == "ReaProject" end,
}

local function check(name, place, kind, value)
  local optional = kind:sub(-1) == "?"
  if optional then
    if value == nil then return end
    kind = kind:sub(1, -2)
  end
  local right = CHECKS[kind] or function(given) return project.kind(given) == kind end
  if not right(value) then
    error(("reaper.%s: argument %d must be %s, not %s"):format(name, place, kind, tostring(value)), 4)
  end
end

-- Declares a function of the API: its parameters' types in one text, and what it does.
local function declare(name, parameters, act)
  local kinds = {}
  for kind in parameters:gmatch("[%w_%.%?]+") do kinds[#kinds + 1] = kind end
  api[name] = function(...)
    standin.calls = standin.calls + 1
    local given = select("#", ...)
    local least = 0
    for index, kind in ipairs(kinds) do
      if kind:sub(-1) ~= "?" then least = index end
    end
    if given < least or given > #kinds then
      error(("reaper.%s takes %d arguments, not %d"):format(name, #kinds, given), 2)
    end
    for index, kind in ipairs(kinds) do check(name, index, kind, (select(index, ...))) end
    return act(...)
  end
end

local function song_of(given)
  return given == 0 and standin.project or given
end

require("reaper.arrangement")(standin, declare)

-- Undo, interface, system ------------------------------------------------------------------------

declare("Undo_BeginBlock2", "ReaProject", function(song)
  song = song_of(song)
  assert(not song.block, "an undo block within another")
  song.block = project.copy_tracks(song)
end)
declare("Undo_EndBlock2", "ReaProject string integer", function(song, name)
  song = song_of(song)
  assert(song.block, "no undo block is open")
  project.step(song, name)
  song.block = nil
end)
declare("PreventUIRefresh", "integer", function(count) standin.refresh = standin.refresh + count end)
declare("UpdateArrange", "", function() standin.updated = true end)
declare("Main_OnCommandEx", "integer integer ReaProject", function(command)
  assert(command == 40047, "an unknown command")
end)
declare("ValidatePtr2", "ReaProject identifier string", function(song, pointer, kind)
  if project.kind(pointer) .. "*" ~= kind then return false end
  for _, track in ipairs(song_of(song).tracks) do
    if track == pointer then return true end
    for _, item in ipairs(track.items) do
      if item == pointer then return true end
    end
  end
  return false
end)
declare("GetExtState", "string string", function(section, key)
  return standin.ext[section .. "/" .. key] or ""
end)
declare("SetExtState", "string string string boolean", function(section, key, value, persist)
  standin.ext[section .. "/" .. key] = value
  if persist then standin.kept[section .. "/" .. key] = value end
end)
declare("GetResourcePath", "", function() return "/nowhere" end)
declare("GetOS", "", function() return "Other" end)
declare("RecursiveCreateDirectory", "string integer", function(path)
  os.execute(("mkdir -p '%s'"):format(path))
  return 1
end)
declare("file_exists", "string", function(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end)
declare("genGuid", "", function()
  return ("{%08X-0000-4000-8000-%012X}"):format(
    math.random(0, 0xFFFFFFFF), math.random(0, 0xFFFFFFFFFFFF))
end)
declare("time_precise", "", function() return standin.clock() end)
declare("ExecProcess", "string integer", function(command, wait)
  assert(wait == -1, "REAPER would wait for the program")
  standin.executed[#standin.executed + 1] = command
  if standin.on_execute then standin.on_execute(command) end
  return "0\n"
end)
declare("ShowMessageBox", "string string integer", function(text)
  standin.messages[#standin.messages + 1] = text
  return table.remove(standin.answers, 1) or 1
end)
declare("GetUserInputs", "string integer string string", function(_, count, _, values)
  assert(count == 1)
  standin.offered[#standin.offered + 1] = values
  local typed = table.remove(standin.inputs, 1)
  return typed ~= nil, typed or values
end)
declare("defer", "function", function(turn) deferred = turn end)
declare("atexit", "function", function(last) at_exit = last end)
declare("get_action_context", "", function()
  return true, standin.script, 0, 12345, -1, -1, -1, ""
end)

-- gfx --------------------------------------------------------------------------------------------

local drawing = { w = 0, h = 0, x = 0, y = 0, mouse_x = 0, mouse_y = 0, mouse_cap = 0 }
local frame = {}
local GFX = {
  init = function(_, width, height)
    drawing.w, drawing.h, standin.window = width, height, true
    return 1
  end,
  quit = function() standin.window = false end,
  getchar = function() return table.remove(standin.keys, 1) or 0 end,
  set = function() end,
  setfont = function() end,
  rect = function() end,
  measurestr = function(text) return 7 * utf8.len(text), 12 end,
  drawstr = function(text) frame[#frame + 1] = text end,
  update = function()
    local line = table.concat(frame, " | ")
    frame = {}
    local last = standin.drawn[#standin.drawn]
    if not last or last[2] ~= line then
      standin.drawn[#standin.drawn + 1] = { socket.gettime(), line }
    end
  end,
  showmenu = function(text)
    standin.menus[#standin.menus + 1] = text
    return table.remove(standin.picks, 1) or 0
  end,
}

local function strict(functions, name, values)
  return setmetatable({}, {
    __index = function(_, key)
      local found = functions[key]
      if found == nil and values then found = values[key] end
      return found ~= nil and found or error("there is no " .. name .. "." .. tostring(key), 2)
    end,
    __newindex = function(_, key, value)
      assert(values and values[key] ~= nil, "there is no " .. name .. "." .. tostring(key))
      values[key] = value
    end,
  })
end

reaper = strict(api, "reaper")
gfx = strict(GFX, "gfx", drawing)
standin.mouse = drawing

-- Running a script -------------------------------------------------------------------------------

-- How long one call into the script takes: of the processor, and on the clock.
local function timed(turn)
  local cpu, wall = os.clock(), socket.gettime()
  turn()
  standin.turns = standin.turns + 1
  standin.longest_cpu = math.max(standin.longest_cpu, os.clock() - cpu)
  standin.longest_wall = math.max(standin.longest_wall, socket.gettime() - wall)
end

-- Presses an action and turns REAPER's wheel, 30 times a second, until its script has ended.
-- each(seconds) is called between the turns.
function standin.press(script, each, most)
  standin.script, deferred, at_exit = script, nil, nil
  standin.drawn, standin.pressed = {}, socket.gettime()
  timed(function() dofile(script) end)
  while deferred do
    local turn = deferred
    deferred = nil
    timed(turn)
    local since = socket.gettime() - standin.pressed
    assert(since < (most or standin.most or 60), "the script does not end")
    if each then each(since) end
    socket.sleep(1 / 30)
  end
  if at_exit then at_exit() end
  assert(standin.refresh == 0, "PreventUIRefresh is not balanced")
  assert((standin.accessors or 0) == 0, "an audio accessor was not destroyed")
  assert(not standin.window, "the window stays open")
end

-- REAPER ends the script, as its producer may.
function standin.stop()
  deferred, standin.window = nil, false
  at_exit()
end

-- Seconds from the press until the window first showed a text.
function standin.shown_after(pattern)
  for _, drawn in ipairs(standin.drawn) do
    if drawn[2]:find(pattern) then return drawn[1] - standin.pressed end
  end
end

return standin
