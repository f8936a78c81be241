-- A range in Ardour's ruler, over the span where the result will land, whose name tells how far the
-- render is. Ranges are found by their names: one that the producer has removed is simply gone.

local marker = {}

local function find(name)
  for location in Session:locations():list():iter() do
    if location:is_range_marker() and location:name() == name then return location end
  end
end

function marker.add(start, stop, name)
  local range = Session:locations():add_range(Temporal.timepos_t(start), Temporal.timepos_t(stop))
  range:set_name(name)
end

function marker.rename(old, new)
  local range = find(old)
  if range then range:set_name(new) end
end

function marker.remove(name)
  local range = find(name)
  if range then Session:locations():remove(range) end
end

return marker
