-- The settings: a row for each, changed with a click; kept at once.

local ditto = ...
local settings, window, json = ditto.settings, ditto.window, ditto.json
local dialog = {}

local ROW, WIDTH, LABEL = 22, 440, 120
local ESCAPE = 27

-- A value that is typed. GetUserInputs splits its answer at the separator, which no text has.
local function ask(row, value)
  local shown = row.type == "text" and value or value == json.null and "" or tostring(value)
  while true do
    local ok, text = reaper.GetUserInputs(
      "ditto-daw", 1, row.label .. ",extrawidth=240,separator=\n", shown)
    if not ok then return value end
    local parsed, problem = settings.parse(row, text)
    if parsed ~= nil then return parsed end
    ditto.say(problem)
    shown = text
  end
end

-- REAPER's menus are one text: items between |, ! before what is ticked, and signs of its own.
local function menu(choices, is_ticked)
  local items = {}
  for index, choice in ipairs(choices) do
    local name = choice == "" and "free" or choice:gsub("[|#!<>&]", " ")
    items[index] = (is_ticked(choice) and "!" or "") .. name
  end
  return gfx.showmenu(table.concat(items, "|"))
end

local function toggled(list, choice)
  local kept, was = json.array(), false
  for _, one in ipairs(list) do
    if one == choice then was = true else kept[#kept + 1] = one end
  end
  if not was then kept[#kept + 1] = choice end
  return kept
end

local function has(list, choice)
  for _, one in ipairs(list) do
    if one == choice then return true end
  end
  return false
end

-- The row's new value, once the producer has chosen or typed it.
local function change(row, value, choices)
  if row.type == "switch" then return not value end
  if row.type ~= "choice" and row.type ~= "many" then return ask(row, value) end
  if #choices == 0 or (#choices == 1 and choices[1] == "") then
    ditto.say("There is nothing to choose yet: the bridge has to be running once, or a track "
      .. "with automation selected.")
    return value
  end
  local many = row.type == "many"
  gfx.x, gfx.y = gfx.mouse_x, gfx.mouse_y
  local picked = menu(choices, function(choice)
    if many then return has(value, choice) end
    return choice == value
  end)
  if picked == 0 then return value end
  return many and toggled(value, choices[picked]) or choices[picked]
end

-- The settings that a selected result was made with, its seed included; nil without one.
local function recalled()
  local chosen = ditto.selection.read(reaper.EnumProjects(-1))
  local told = chosen.clips[1] and ditto.request.told(chosen.clips[1].take)
  if not told then return nil, chosen.track end
  local values = {}
  for name, value in pairs(told.settings) do values[name] = value end
  values.seed = told.seed
  return values, chosen.track
end

local function draw(rows, values, hover)
  window.box(0, 0, gfx.w, gfx.h, { 0.16, 0.16, 0.17 })
  window.font(14)
  for index, row in ipairs(rows) do
    local y = 8 + (index - 1) * ROW
    window.text(12, y, row.label, { 0.6, 0.6, 0.6 }, LABEL)
    window.text(12 + LABEL, y, settings.show(row, values[row.name]), nil, WIDTH - LABEL - 24)
  end
  window.text(12, 12 + #rows * ROW, hover and hover.info or "Click a row to change it.",
    { 0.6, 0.6, 0.6 }, WIDTH - 24)
end

-- The rows: a model is asked for only where the daemon has several.
local function asked_for()
  local rows = {}
  for _, row in ipairs(settings.catalogue().settings) do
    if row.name ~= "model" or #ditto.spool.models() > 1 then rows[#rows + 1] = row end
  end
  return rows
end

-- Shows the dialog until it is closed.
function dialog.open()
  local rows, values = asked_for(), settings.read()
  local recall, track = recalled()
  if recall and reaper.ShowMessageBox(
    "Recall the settings and the seed of the selected result?", "ditto-daw", 4) == 6 then
    values = recall
    settings.write(values)
  end
  local lanes = ditto.lane.names(track)
  while not window.closed do
    local key = window.begin("ditto-daw: settings", WIDTH, 40 + #rows * ROW)
    if key == ESCAPE or window.closed then break end
    local hover
    for index, row in ipairs(rows) do
      local y = 8 + (index - 1) * ROW
      if gfx.mouse_y >= y and gfx.mouse_y < y + ROW then hover = row end
      if window.clicked(0, y, WIDTH, ROW) then
        local choices = row.choices
          and settings.choices(row, ditto.spool.daemon().capabilities, lanes)
        values[row.name] = change(row, values[row.name], choices)
        settings.write(values)
      end
    end
    draw(rows, values, hover)
    gfx.update()
    ditto.pause()
  end
end

return dialog
