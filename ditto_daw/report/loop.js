// An <audio loop> pauses for a moment at its end; a buffer source does not, so that the seam itself
// is heard.
const context = new (window.AudioContext || window.webkitAudioContext)();
let playing = null;

function stop() {
  if (!playing) return;
  playing.source.stop();
  playing.button.setAttribute("aria-pressed", "false");
  playing = null;
}

async function start(button) {
  const encoded = button.parentElement.querySelector("audio").src.split(",")[1];
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  await context.resume();
  const source = context.createBufferSource();
  source.buffer = await context.decodeAudioData(bytes.buffer);
  source.loop = true;
  source.connect(context.destination);
  source.start();
  button.setAttribute("aria-pressed", "true");
  playing = { source, button };
}

for (const button of document.querySelectorAll("button[data-loop]")) {
  button.addEventListener("click", () => {
    const again = playing && playing.button === button;
    stop();
    if (!again) start(button);
  });
}
