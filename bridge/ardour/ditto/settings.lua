-- The dialog of settings, built from the catalogue that every host shares. A selected result fills
-- it with what it was made from.

local ditto = ...
local json, memory = ditto.json, ditto.memory
local settings = {}

-- The words to choose from: written out in the catalogue, the track's lanes, or what the daemon knows.
local function words(choices, chosen)
  if type(choices) == "table" then return choices end
  if choices == "lanes" then return ditto.lane.NAMES end
  local known = (ditto.spool.daemon().capabilities or {})[choices] or {}
  local list = { "" }
  for _, word in ipairs(known) do list[#list + 1] = word end
  if #known == 0 and chosen ~= "" then list[2] = chosen end
  return list
end

local ANY = "(free)" -- a drop-down list shows no empty word

-- What the dialog asks for: a model only where the daemon has several.
local function asked_for()
  local list = {}
  for _, setting in ipairs(memory.catalogue().settings) do
    if setting.name ~= "model" or #ditto.spool.models() > 1 then list[#list + 1] = setting end
  end
  return list
end

local rows = {}

function rows.text(setting, value)
  return { { type = "entry", key = setting.name, title = setting.label, default = value } }
end

function rows.choice(setting, value)
  local values = {}
  for _, word in ipairs(words(setting.choices, value)) do values[word == "" and ANY or word] = word end
  local default = value == "" and ANY or value
  return { { type = "dropdown", key = setting.name, title = setting.label, values = values, default = default } }
end

function rows.many(setting, value)
  local on, list = {}, {}
  for _, word in ipairs(value) do on[word] = true end
  for _, word in ipairs(words(setting.choices, "")) do
    if word ~= "" then
      local key = setting.name .. "." .. word
      list[#list + 1] = { type = "checkbox", key = key, title = setting.label .. ": " .. word, default = on[word] or false }
    end
  end
  return list
end

function rows.number(setting, value)
  return { {
    type = "number", key = setting.name, title = setting.label, default = value,
    min = setting.low, max = setting.high, step = setting.high > 1 and 1 or 0.05, digits = 2,
  } }
end

function rows.whole(setting, value)
  if setting.default == json.null then -- may be left empty
    local text = value == json.null and "" or string.format("%d", value)
    return { { type = "entry", key = setting.name, title = setting.label, default = text } }
  end
  local row = rows.number(setting, value)
  row[1].digits, row[1].step = 0, 1
  return row
end

rows["switch"] = function(setting, value)
  return { { type = "checkbox", key = setting.name, title = setting.label, default = value } }
end

local function read_back(setting, answers)
  local answer = answers[setting.name]
  if setting.type == "many" then
    local list = json.array()
    for key, on in pairs(answers) do
      local word = on == true and key:match("^" .. setting.name .. "%.(.*)$")
      if word then list[#list + 1] = word end
    end
    table.sort(list)
    return list
  elseif setting.type == "whole" then
    return math.tointeger(tonumber(answer) and math.floor(tonumber(answer))) or setting.default
  end
  return answer
end

-- What a selected result was made from.
local function recalled()
  local chosen = ditto.selection.read().clips[1]
  local known = chosen and ditto.files.read_json(ditto.place.sidecar(chosen.region))
  if not known then return {} end
  local made = {}
  for name, value in pairs(known.request) do made[name] = value end
  if type(made.sections) == "table" then made.sections = nil end -- the session's own markers
  made.seed = known.take.seed
  return made
end

function settings.open()
  local catalogue, now, made = asked_for(), memory.settings(), recalled()
  local list = {}
  for _, setting in ipairs(catalogue) do
    local value = made[setting.name]
    if value == nil then value = now[setting.name] end
    for _, row in ipairs(rows[setting.type](setting, value)) do
      row.col, row.colspan = #list % 2 * 2, 2 -- two to a line
      list[#list + 1] = row
    end
  end
  local answers = LuaDialog.Dialog("ditto: Settings", list):run()
  if not answers then return end
  local chosen = now -- what is not asked for stays as it was
  for _, setting in ipairs(catalogue) do chosen[setting.name] = read_back(setting, answers) end
  memory.keep_settings(chosen)
end

return settings
