-- The sections of a song, from the markers of a timeline or from a line of the settings. What their
-- names say is read by the daemon; here it is only found out how many bars each of them has.

local sections = {}

local NEAR = 0.125 -- bars: a marker so near to another, or to an end of the song, lies on it
local EXAMPLE = '"8 intro: drums only; 16 verse; 8 chorus: energetic"'

-- points: lists of {bar, name}, counted from the song's beginning and perhaps before it; the end of
-- a region is a point without a name. The sections that they divide so many bars into, as the
-- request has them; nil where there is no name and no division.
function sections.between(points, bars)
  table.sort(points, function(left, right)
    if left[1] ~= right[1] then return left[1] < right[1] end
    return left[2] < right[2] -- where one region ends, the next one counts
  end)
  local list = { { from = 0, name = "" } }
  for _, point in ipairs(points) do
    local bar, name = point[1], point[2]
    local open = list[#list]
    if bar <= open.from + NEAR then
      if name ~= "" or bar < -NEAR then open.name = name end
    elseif bar < bars - NEAR then
      list[#list + 1] = { from = bar, name = name }
    end
  end
  if #list == 1 and list[1].name == "" then return nil end
  local found = {}
  for index, one in ipairs(list) do
    local to = list[index + 1] and list[index + 1].from or bars
    found[index] = { bars = to - one.from, name = one.name }
  end
  return found
end

-- How many bars the sections of a line have together; nil and a sentence where one has none.
function sections.bars(line)
  local sum = 0
  for part in line:gmatch("[^;]+") do
    local over, under = part:match("^%s*(%d+)/(%d+)")
    local bars = over and over / under or tonumber(part:match("^%s*(%d+%.?%d*)"))
    if bars then
      sum = sum + bars
    elseif part:find("%S") then
      return nil, "In the settings, every section begins with its number of bars: " .. EXAMPLE .. "."
    end
  end
  if sum == 0 then return nil, "The sections of the settings are empty: write such as " .. EXAMPLE .. "." end
  return sum
end

-- Whether a line of so many bars is what the selected time has room for; else a sentence.
function sections.fits(line, selected)
  local bars, problem = sections.bars(line)
  if not bars then return false, problem end
  if math.abs(bars - selected) <= NEAR then return true end
  return false, string.format("The sections of the settings have %g bars in all and the selected time"
    .. " has %g: make them the same, or select no time.", bars, selected)
end

sections.NONE = "Select the time of the song: its sections are the markers in it, named such as"
  .. ' "verse: house, calm". Or write them into the settings: ' .. EXAMPLE .. "."

return sections
