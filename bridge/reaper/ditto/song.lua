-- A song in sections: over the selected time, divided by the regions and markers in it; else as the
-- settings write it, from the bar at the cursor.

local ditto = ...
local timeline, sections = ditto.timeline, ditto.sections
local song = {}

-- Where regions and markers begin and end, in bars from a time.
local function points(project, start)
  local first, found = timeline.bar(project, start), {}
  local function put(time, name)
    found[#found + 1] = { timeline.bar(project, time) - first, name }
  end
  for index = 0, reaper.CountProjectMarkers(project) - 1 do
    local number, is_region, from, to, name = reaper.EnumProjectMarkers3(project, index)
    if number > 0 then
      put(from, name)
      if is_region then put(to, "") end
    end
    ditto.breathe()
  end
  return found
end

local function from_markers(project, span, bars)
  local found = sections.between(points(project, span.start), bars)
  for _, one in ipairs(found or {}) do one.bars = timeline.exact(one.bars) end
  return found and ditto.json.array(found)
end

-- The sections, and the times at which the song begins and ends.
local function laid_out(project, line, span)
  if span then
    local bars = timeline.number(timeline.bars(project, span.start, span.stop))
    local found = from_markers(project, span, bars)
    if found or line == "" then return found, span.start, span.stop end
    local fits, problem = sections.fits(line, bars)
    if not fits then ditto.refuse(problem) end
    return line, span.start, span.stop
  end
  if line == "" then ditto.refuse(sections.NONE) end
  local bars, problem = sections.bars(line)
  if not bars then ditto.refuse(problem) end
  local start = timeline.bar_line(project, reaper.GetCursorPositionEx(project))
  return line, start, timeline.time_of_bar(project, timeline.bar(project, start) + bars)
end

-- What the request asks for, and where the song goes.
function song.compose(asked, plan, settings, chosen)
  local project, rate = plan.project, timeline.rate(plan.project)
  asked.sections, plan.start, plan.stop = laid_out(project, settings.sections, chosen.span)
  asked.position = timeline.quarter(project, plan.start)
  asked.samples, asked.output.rate = timeline.samples(plan.start, plan.stop, rate), rate
  -- A daemon that is started again makes the same song: what is heard already stays right.
  asked.seed = asked.seed or tonumber(reaper.genGuid():match("%x%x%x%x%x%x%x"), 16)
end

return song
