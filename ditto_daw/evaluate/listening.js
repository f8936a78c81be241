"use strict";

// Groups of sounds in random order, a slider from 0 to 100 for each, and the scores as a file.
const told = JSON.parse(document.getElementById("stimuli").textContent);
const scores = new Map();
const began = new Date().toISOString();

function shuffled(list) {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [copy[last], copy[other]] = [copy[other], copy[last]];
  }
  return copy;
}

function made(tag, text, fields) {
  const element = Object.assign(document.createElement(tag), fields || {});
  if (text) element.textContent = text;
  return element;
}

function row(group, sound, position) {
  const figure = made("figure");
  const audio = made("audio", "", { controls: true, preload: "metadata", src: sound.src });
  const slider = made("input", "", { type: "range", min: 0, max: 100, value: 50 });
  const value = made("output", "not rated");
  slider.setAttribute("aria-label", `quality of sound ${position + 1}, 0 to 100`);
  slider.addEventListener("input", () => {
    value.textContent = slider.value;
    scores.set(sound.id, { group: group.id, stimulus: sound.id, position, score: +slider.value });
    progress();
  });
  figure.append(made("figcaption", `Sound ${position + 1}`), audio, slider, value);
  return figure;
}

function progress() {
  const all = told.groups.reduce((sum, group) => sum + group.sounds.length, 0);
  document.getElementById("progress").textContent = `${scores.size} of ${all} sounds rated`;
  document.getElementById("save").disabled = scores.size === 0;
}

function save() {
  const listener = document.getElementById("listener").value.trim();
  const answers = { page: told.page, listener, began, ended: new Date().toISOString() };
  answers.scores = [...scores.values()];
  const blob = new Blob([JSON.stringify(answers, null, 1)], { type: "application/json" });
  const link = made("a", "", { href: URL.createObjectURL(blob), download: "answers.json" });
  link.click();
  URL.revokeObjectURL(link.href);
}

const main = document.querySelector("main");
shuffled(told.groups).forEach((group, number) => {
  const section = made("section");
  section.append(made("h2", `Group ${number + 1}`), made("p", group.question));
  shuffled(group.sounds).forEach((sound, place) => section.append(row(group, sound, place)));
  main.append(section);
});
document.getElementById("save").addEventListener("click", save);
progress();
