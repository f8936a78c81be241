-- A small window: what is being done, how far it is, and what can be done about it.

local ditto = ...
local window = { closed = false }

local WIDTH, HEIGHT, MARGIN, BUTTON = 420, 118, 14, 26
local ESCAPE, ENTER = 27, 13
local BACK, TEXT, DIM, BAR = { 0.16, 0.16, 0.17 }, { 0.9, 0.9, 0.9 }, { 0.6, 0.6, 0.6 }, { 0.25, 0.6, 0.5 }

local open, pressed = false, false
local function colour(of)
  gfx.set(of[1], of[2], of[3], 1)
end

function window.font(size)
  gfx.setfont(1, "Arial", size)
end

function window.text(x, y, text, of, width)
  colour(of or TEXT)
  gfx.x, gfx.y = x, y
  local most = (width or WIDTH - 2 * MARGIN)
  while #text > 4 and gfx.measurestr(text) > most do
    text = text:sub(1, (utf8.offset(text, -5) or 2) - 1) .. "…"
  end
  gfx.drawstr(text)
end

function window.box(x, y, width, height, of)
  colour(of)
  gfx.rect(x, y, width, height, 1)
end

-- Whether the mouse has just been pressed down within a box.
function window.clicked(x, y, width, height)
  return pressed and gfx.mouse_x >= x and gfx.mouse_x < x + width
    and gfx.mouse_y >= y and gfx.mouse_y < y + height
end

local down = false

-- Opens the window where it is not; the key that was pressed, or nil.
function window.begin(title, width, height)
  if not open then
    gfx.init(title, width or WIDTH, height or HEIGHT)
    open, window.closed = true, false
  end
  local is_down = gfx.mouse_cap & 1 == 1
  pressed, down = is_down and not down, is_down
  local key = gfx.getchar()
  if key == -1 then window.closed = true end
  return key > 0 and key or nil
end

function window.close()
  if open then gfx.quit() end
  open = false
end

local function draw(view)
  window.box(0, 0, gfx.w, gfx.h, BACK)
  window.font(16)
  window.text(MARGIN, 10, view.line)
  window.font(13)
  window.text(MARGIN, 36, view.note or "", DIM)
  window.box(MARGIN, 60, WIDTH - 2 * MARGIN, 8, { 0.3, 0.3, 0.3 })
  window.box(MARGIN, 60, math.floor((WIDTH - 2 * MARGIN) * (view.part or 0)), 8, BAR)
end

-- Shows {title, line, note, part, buttons}; the name of the button that was pressed, or nil. Enter
-- presses the first one and Escape the last.
function window.show(view)
  if window.closed then return nil end
  local key = window.begin("ditto-daw: " .. view.title)
  if window.closed then return nil end
  draw(view)
  local chosen, x = nil, MARGIN
  for _, name in ipairs(view.buttons) do
    window.box(x, 80, 120, BUTTON, { 0.28, 0.28, 0.3 })
    window.text(x + 10, 86, name, TEXT, 100)
    if window.clicked(x, 80, 120, BUTTON) then chosen = name end
    x = x + 130
  end
  gfx.update()
  if key == ENTER then chosen = view.buttons[1] end
  if key == ESCAPE then chosen = view.buttons[#view.buttons] end
  return chosen
end

return window
