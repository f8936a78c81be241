-- What the producer has set, kept by REAPER from one session to the next, and what can be chosen.

local ditto = ...
local json = ditto.json
local settings = {}

local SECTION, KEY = "ditto-daw", "settings"
local catalogue

-- The actions and settings of every host: ditto_bridge/actions.json.
function settings.catalogue()
  catalogue = catalogue
    or ditto.files.read_json(ditto.shared("actions.json", "../ditto_bridge/"))
  return catalogue
end

function settings.action(name)
  for _, action in ipairs(settings.catalogue().actions) do
    if action.name == name then return action end
  end
  error("there is no action " .. name)
end

-- Every setting by name: what was set, else its default. null stands for "none".
function settings.read()
  local kept = json.decode(reaper.GetExtState(SECTION, KEY))
  if type(kept) ~= "table" then kept = {} end
  local values = {}
  for _, row in ipairs(settings.catalogue().settings) do
    local value = kept[row.name]
    if value == nil then value = row.default end
    values[row.name] = value
  end
  return values
end

function settings.write(values)
  reaper.SetExtState(SECTION, KEY, json.encode(values), true)
end

-- One value that lasts as long as REAPER runs, or, where it is kept, beyond.
function settings.recall(name)
  return reaper.GetExtState(SECTION, name)
end

function settings.remember(name, text, keep)
  reaper.SetExtState(SECTION, name, text, keep or false)
end

-- What a row of the dialog can be, as a list; "" is free choice. capabilities: of the daemon.
function settings.choices(row, capabilities, lanes)
  if type(row.choices) == "table" then return row.choices end
  local listed = row.choices == "lanes" and lanes or capabilities[row.choices] or {}
  local all = row.default == "" and { "" } or {}
  for _, choice in ipairs(listed) do all[#all + 1] = choice end
  return all
end

-- A text that was typed, as the row's type has it; nil and a sentence where it cannot be that.
function settings.parse(row, text)
  if row.type == "text" then return text end
  if text == "" and row.default == json.null then return json.null end
  local value = tonumber((text:gsub(",", ".")))
  if value and row.type == "whole" then value = math.tointeger(value) end
  if not value or value < row.low or value > row.high then
    local kind = row.type == "whole" and "a whole number" or "a number"
    return nil, string.format("%s must be %s from %s to %s.", row.label, kind, row.low, row.high)
  end
  return value
end

-- How a value is shown.
function settings.show(row, value)
  if value == json.null or value == "" then return row.type == "text" and "" or "free" end
  if row.type == "switch" then return value and "yes" or "no" end
  if row.type == "many" then return #value == 0 and "free" or table.concat(value, ", ") end
  return math.type(value) == "float" and string.format("%g", value) or tostring(value)
end

return settings
