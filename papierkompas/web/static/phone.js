// What the phone does by itself: send many photos one after the other, and say of each what became
// of it. Without this the form sends one photo at a time.
"use strict";

const form = document.querySelector("form"), picker = form.querySelector("input"), list = document.querySelector("#sent");
const words = form.dataset, waiting = [], lines = new Map();
let sending = false, asking = false;

picker.multiple = true;
picker.required = false;
form.querySelector("button").hidden = true;
form.querySelector("label").classList.add("button", "main");
picker.classList.add("tucked");

const say = (line, text, kind = "") => { line.textContent = text; line.className = kind; };

async function send(file) {
  const line = document.createElement("li");
  list.prepend(line);
  say(line, words.sending.replace("%s", () => file.name), "busy");
  const data = new FormData();
  data.append("by", "script");
  data.append("file", file, file.name);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    if (!answer.ok) return say(line, `${file.name}: ${await answer.text()}`, "failed");
    const kept = await answer.json();
    say(line, kept.said, kept.kept ? "busy" : "failed");
    if (kept.kept) lines.set(kept.name, [...(lines.get(kept.name) ?? []), line]);  // one photo may come twice
  } catch { say(line, words.lost.replace("%s", () => file.name), "failed"); }
}

async function ask() {
  if (asking) return;
  asking = true;
  while (lines.size) {
    await new Promise((done) => setTimeout(done, 700));
    try {
      const answer = await fetch(`${form.action}?verdicts=1`);
      if (!answer.ok) break;
      for (const { name, said, kind } of await answer.json()) {
        if (kind === "busy" || !lines.has(name)) continue;
        for (const line of lines.get(name)) say(line, said, kind);
        lines.delete(name);
      }
    } catch { /* the wifi of a room comes and goes */ }
  }
  asking = false;
}

picker.addEventListener("change", async () => {
  waiting.push(...picker.files);
  picker.value = "";
  if (sending) return;
  sending = true;
  while (waiting.length) { await send(waiting.shift()); ask(); }
  sending = false;
});
addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
