// What the page does by itself: send files, notice changes, listen to keys. Every screen also works
// without this, with a reload.
"use strict";

const find = (selector) => document.querySelector(selector);

// On a phone the menu is one line: the screen that is open stands in sight.

const menu = find("nav ul"), here = find("nav [aria-current]");
if (menu && here) menu.scrollLeft = here.offsetLeft - menu.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;

// Changes: ask every second what changed, and put the new parts in place of the old ones.

let stamp = document.body.dataset.stamp;
let busy = false;
let leaving = false;  // who deletes the session is told so by the next page, not by a reload
addEventListener("submit", () => { leaving = true; });

// Nobody there, twice: the program was stopped. A page that somebody is leaving asks in vain once.
let silences = 0;
async function ask(address) {
  let answer = null;
  try { answer = await fetch(address, { headers: { accept: "application/json" }, cache: "no-store" }); } catch { /* nobody there */ }
  const isOurs = answer && answer.status !== 403;  // 403: it was started anew, and knows us no more
  silences = isOurs ? 0 : silences + 1;
  find("#gone").hidden = silences < 2;
  return isOurs ? answer : null;
}

// A screen without a session changes nothing by itself, and only asks whether somebody is there.
async function listen() {
  await ask("/static/icon.svg");
  setTimeout(listen, silences ? 700 : 1200);
}

async function look() {
  let pause = document.hidden ? 4000 : busy ? 500 : 1200;
  try {
    const answer = await ask(document.body.dataset.pulse);
    if (!answer) return void setTimeout(look, 700);
    if (answer.status === 404) return leaving || location.reload();
    const now = await answer.json();
    if (busy && now.total && now.done >= now.total) fetch(wallPicture()).catch(() => {});
    busy = now.done < now.total;
    if (now.stamp !== stamp) {
      stamp = now.stamp;
      const began = performance.now();
      await renew();
      // Looking may take a fifth of the time: reading and a new map need the same processor.
      pause = Math.max(pause, 4 * (performance.now() - began));
    }
  } catch { pause = 4000; }  // half an answer; the next one is whole
  setTimeout(look, pause);
}

// The map, asked for as soon as a pile is read: it is drawn by the time somebody goes there.
function wallPicture() {
  const wide = innerWidth / innerHeight, shape = wide > 1.5 ? "wide" : wide > 0.8 ? "square" : "tall";
  return `${document.body.dataset.pulse.replace(/pulse$/, "map.png")}?shape=${shape}&warm=1`;
}

async function renew() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const made = fresh.getElementById(old.id);
    if (!made || made.isEqualNode(old) || isBeingFilledIn(old)) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const way = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`);
    const open = [...old.querySelectorAll("details")].map((d) => [d.id, d.open]);
    await ready(made);
    old.replaceWith(made);
    document.body.classList.remove("drawing-now");
    for (const [id, was] of open) { const d = document.getElementById(id); if (d) d.open = was; }
    if (way) made.querySelector(way)?.focus();
  }
}

// What somebody is typing stays; it is sent with what they saw when they began.
function isBeingFilledIn(part) {
  const typed = [...part.querySelectorAll("textarea, input:not([type=checkbox], [type=radio], [type=hidden])")];
  return typed.some((field) => field.value !== field.defaultValue || field === document.activeElement);
}

// A new map takes the old one's place only when it can be shown at once.
async function ready(made) {
  const seen = made.querySelector("picture img");
  if (!seen) return;
  const source = [...made.querySelectorAll("picture source")].find((one) => matchMedia(one.media).matches);
  const image = new Image();
  image.src = source?.srcset ?? seen.src;
  if (image.src === find("picture img")?.currentSrc) return;
  document.body.classList.add("drawing-now");  // what is there is of before: it says so
  try { await image.decode(); } catch { /* then it comes when it comes */ }
  await entitle(made);
}

// What is on a map of two rounds is known once it is drawn: its title is of the same picture.
async function entitle(part) {
  const title = part.querySelector(".caption:has([data-drawing])");
  if (!title) return;
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const is = (page) => page.querySelector("picture img")?.getAttribute("src");
  if (is(fresh) === is(part)) title.replaceWith(fresh.querySelector(".caption"));
}

if (document.body.dataset.pulse) setTimeout(look, 800);
else if (!document.body.classList.contains("screen-stopped")) setTimeout(listen, 800);

// Scans: send one file after the other; each is kept on the computer before the next one goes.

const upload = find("#upload");
if (upload) {
  const picker = find("#file"), folder = find("#folder"), list = find("#sent");
  const waiting = [];
  let sending = 0;
  find(".no-script").hidden = true;
  for (const item of document.querySelectorAll(".with-script")) item.hidden = false;
  picker.classList.add("tucked");

  const line = () => list.appendChild(document.createElement("li"));
  const words = (item, text, name, reason = "") => {
    item.textContent = text.replace("%s", () => name).replace("%r", () => reason);
  };

  const send = (file) => new Promise((done) => {
    const item = line(), data = upload.dataset;
    words(item, data.sending, file.name);
    const finish = (kept, reason) => {
      words(item, kept ? data.kept : data.failed, file.name, reason);
      item.className = kept ? "kept" : "failed";
      done();
    };
    if (file.size > Number(data.max)) return finish(false, data.large);
    const form = new FormData();
    form.append("by", "script");
    form.append("more", waiting.length);
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", upload.action);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) item.textContent = `${data.sending.replace("%s", () => file.name)} (${Math.round(100 * event.loaded / event.total)} %)`;
    };
    request.onload = () => request.response ? finish(request.response.kept, request.response.reason) : finish(false, data.lost);
    request.onerror = () => finish(false, data.lost);
    request.send(form);
  });

  const work = async () => {
    if (sending) return;
    sending = 1;
    busy = true;
    document.body.classList.add("sending-now");  // not all is read while some is still on its way
    while (waiting.length) await send(waiting.shift());
    await renew();  // what was read when the last one came is of before
    document.body.classList.remove("sending-now");
    sending = 0;
    if (waiting.length) work();
  };
  const add = (files) => { waiting.push(...files); work(); };

  picker.addEventListener("change", () => { add([...picker.files]); picker.value = ""; });
  const leftovers = new Set(upload.dataset.leftovers.split("|"));
  let outs = 0, outLine = null;
  const stays = (path) => {  // what systems leave behind in folders is counted in one line
    const isLeftover = path.split("/").some((name) => name.startsWith(".") || leftovers.has(name.toLowerCase()));
    if (isLeftover) words(outLine ??= line(), upload.dataset.out, ++outs);
    return !isLeftover;
  };

  folder.addEventListener("change", () => { add([...folder.files].filter((f) => stays(f.webkitRelativePath))); folder.value = ""; });
  addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

  const entries = async (entry) => {
    if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
    const reader = entry.createReader(), found = [];
    for (;;) {
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) break;
      for (const inside of some) if (stays(inside.name)) found.push(...await entries(inside));
    }
    return found;
  };
  for (const kind of ["dragenter", "dragover"]) addEventListener(kind, (event) => { event.preventDefault(); upload.classList.add("over"); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) upload.classList.remove("over"); });
  addEventListener("drop", async (event) => {
    event.preventDefault();
    upload.classList.remove("over");
    const dropped = [...event.dataTransfer.items].map((i) => i.webkitGetAsEntry?.()).filter(Boolean);
    const loose = [...event.dataTransfer.files];
    add(dropped.length ? (await Promise.all(dropped.map(entries))).flat() : loose);
  });
}

// Looking: nothing counts that was pressed before anybody can have seen what it is about. Every
// picture has to be decoded and on screen for a moment; a part without one has to be there as long.

const LOOK_MS = 300;
const visible = new WeakSet();
let since = new WeakMap(), sent = false;
const picturesOf = (part) => {  // not what is there to look things up
  const found = [...part.querySelectorAll("img:not(.beside, #more-picture)")];
  return found.length ? found : [part];
};
const wasSeen = (picture) => performance.now() - (since.get(picture) ?? Infinity) >= LOOK_MS;
const firstUnseen = (part) => picturesOf(part).find((picture) => !wasSeen(picture));
// Half of it, or as much of it as fills half the screen: a page is taller than a phone on its side.
const isThere = ({ intersectionRatio, intersectionRect, rootBounds }) =>
  intersectionRatio >= 0.5 || (rootBounds?.height > 0 && intersectionRect.height >= rootBounds.height / 2);
const onScreen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const { target } = entry;
    if (wasSeen(target) || isThere(entry) === visible.has(target)) continue;
    visible.delete(target);
    since.delete(target);
    if (!isThere(entry)) continue;
    visible.add(target);
    const shown = () => { if (visible.has(target) && !document.hidden) since.set(target, performance.now()); };
    target.decode().then(shown, shown);  // who gets no picture reads why, and looks at the paper
  }
}, { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5] });
function beginToLook() {
  for (const picture of [...document.querySelectorAll("[data-look]")].flatMap(picturesOf)) {
    if (picture.decode) onScreen.observe(picture);
    else if (!since.has(picture)) since.set(picture, performance.now());
  }
}
function lookAgain() {
  since = new WeakMap();
  for (const picture of [...document.querySelectorAll("[data-look]")].flatMap(picturesOf)) visible.delete(picture);
  onScreen.disconnect();
  if (!document.hidden) beginToLook();
}
addEventListener("visibilitychange", lookAgain);
addEventListener("pageshow", (event) => { if (event.persisted) { sent = false; lookAgain(); } });
if (find("[data-look]")) {
  beginToLook();
  new MutationObserver(beginToLook).observe(find("main"), { childList: true, subtree: true });
}
addEventListener("submit", (event) => {
  const part = event.target.closest("[data-look]");
  if (!part) return;
  const unseen = firstUnseen(part);
  if (!sent && !unseen) { sent = true; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!sent) unseen.scrollIntoView({ block: visible.has(unseen) ? "nearest" : "center" });
}, true);

// A key that is held, or that bounces, is one key.
const lastDown = new Map();
let isFresh = true;
addEventListener("keydown", (event) => {
  const now = performance.now(), key = event.code || event.key;
  isFresh = !event.repeat && now - (lastDown.get(key) ?? -Infinity) >= LOOK_MS;
  lastDown.set(key, now);
  const presses = event.key === "Enter" || event.key === " ";
  const writes = /^(INPUT|TEXTAREA)$/.test(event.target.tagName) && !(event.key === "Enter" && event.target.tagName === "INPUT");
  const isHeld = event.repeat && event.key === "Enter" && event.target.tagName !== "TEXTAREA";  // anywhere
  if (isHeld || (presses && !isFresh && !writes && event.target.closest?.("[data-look]"))) event.preventDefault();
}, true);

// Checking: keys.

const check = find("#check");
const click = (selector) => find(selector)?.click();
const typing = () => /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName) && document.activeElement.type !== "checkbox";
const plain = (event) => !event.ctrlKey && !event.altKey && !event.metaKey;

if (check) {
  const options = [...document.querySelectorAll(".option")];
  const keys = find("#keys"), more = find("#more"), picture = find("#more-picture");
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));

  const show = (button, words) => {
    const source = button.href;
    if (!more.hidden && picture.src === source) { more.hidden = true; return; }
    picture.src = source;
    picture.alt = words;
    more.hidden = false;
    picture.decode().then(() => more.scrollIntoView({ block: "nearest" }), () => {});
  };
  for (const [id, words] of [["#show-row", picture.dataset.row], ["#show-page", picture.dataset.page]]) {
    const button = find(id);
    button.addEventListener("click", (event) => { event.preventDefault(); show(button, words); });
  }

  addEventListener("keydown", (event) => {
    if (typing() || !plain(event)) return;
    const at = options.indexOf(document.activeElement), isRight = event.key === "ArrowRight";
    if (isRight || event.key === "ArrowLeft") {
      const next = at < 0 ? (isRight ? 0 : options.length - 1) : (at + (isRight ? 1 : options.length - 1)) % options.length;
      options[next]?.focus();
      return event.preventDefault();
    }
    if (!keys.checked || !isFresh) return;
    const number = event.key === "0" ? 10 : Number(event.key);
    if (number >= 1 && options[number - 1]) return options[number - 1].click();
    const does = { l: "#blank", r: "#show-row", b: "#show-page", v: "#skip", t: "#back", a: "#later button" };
    if (does[event.key.toLowerCase()]) click(does[event.key.toLowerCase()]);
  });
}
if (find("#whole")) {
  addEventListener("keydown", (event) => {
    if (typing() || !plain(event) || !isFresh || !find("#keys").checked) return;
    click({ l: "#blank", n: "#rows", v: "#skip", t: "#back", a: "#later button" }[event.key.toLowerCase()] ?? "#none");
  });
}
addEventListener("keydown", (event) => {
  if (find("#undo") && !typing() && event.key.toLowerCase() === "z" && plain(event) && isFresh && (find("#keys")?.checked ?? true)) click("#undo button");
});

// Names: keys work on the card that has the focus, or else on the first one.

const cards = () => [...document.querySelectorAll("#hands > li")];
const current = () => cards().find((card) => card.contains(document.activeElement)) || cards().find((card) => card.classList.contains("current")) || cards()[0];
const mark = () => { const now = current(); for (const card of cards()) card.classList.toggle("current", card === now); };
if (find("#names")) {
  mark();
  addEventListener("focusin", mark);
  new MutationObserver(mark).observe(find("main"), { childList: true });
  addEventListener("keydown", (event) => {
    if (typing() || !plain(event) || !isFresh || !(find("#keys")?.checked)) return;
    const card = current(), step = { v: 1, t: -1 }[event.key.toLowerCase()];
    if (!card) return;
    if (event.key === "0") card.querySelector(".nobody")?.click();
    else if (/^[1-9]$/.test(event.key)) card.querySelectorAll(".proposal")[Number(event.key) - 1]?.click();
    else if (step) cards()[(cards().indexOf(card) + step + cards().length) % cards().length].focus();
  });
}

// Comments: one that is confirmed is stored by itself, so that what was typed elsewhere stays.

const isChanged = () => [...document.querySelectorAll("#comments textarea")].some((field) => field.value !== field.defaultValue);
if (find("#comments")) {
  addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("#comments form")) return;
    event.preventDefault();
    const place = [...document.querySelectorAll("#comments li")].indexOf(form.closest("li"));
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const made = fresh.querySelectorAll("#comments li")[place], old = form.closest("li");
      if (answer.ok && made) old.replaceWith(made);
      for (const notice of document.querySelectorAll("main > .notice")) notice.remove();
      const notice = fresh.querySelector("main > .notice, main > .wrong");
      if (notice) find("main").prepend(notice);
      const count = fresh.querySelector("#open-comments");
      if (count) find("#open-comments")?.replaceWith(count);
      made?.querySelector("textarea")?.focus();
    } catch { find("main").prepend(Object.assign(document.createElement("p"), { className: "wrong", textContent: find("#comments").dataset.lost })); }
    sent = false;
  });
  addEventListener("beforeunload", (event) => { if (isChanged()) event.preventDefault(); });
}

// Printing: the preview follows the choice.

const printing = find("#print-form");
if (printing) {
  const renewPreview = () => {
    const chosen = new FormData(printing);
    const paper = printing.querySelector("[name=paper]:checked");
    find("#rounds").hidden = !paper.dataset.rounds;
    if (!paper.dataset.rounds) find("#rounds [value='']").checked = true;
    const query = new URLSearchParams({ paper: chosen.get("paper"), round: chosen.get("round") || "" });
    find("#preview").src = `${printing.dataset.preview}?${query}`;
  };
  printing.addEventListener("change", (event) => { if (["paper", "round"].includes(event.target.name)) renewPreview(); });
  printing.addEventListener("keydown", (event) => {  // only the button prints: every print gives out new numbers
    if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault();
  });
  find("#copies").addEventListener("focus", () => { printing.querySelector("[name=whom][value=copies]").checked = true; });
}

// The map: choices show at once; the wall listens to keys.

find("#map-form")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());
const wall = find("#wall");
if (wall) {
  const first = find("picture img");
  if (first && !first.complete) document.body.classList.add("drawing-now");
  first?.decode().catch(() => {}).then(() => entitle(find("#map-now"))).finally(() => document.body.classList.remove("drawing-now"));
  const full = find("#full");
  full.hidden = !document.documentElement.requestFullscreen;
  const toggle = () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  full.addEventListener("click", toggle);
  // Chosen without leaving the page: a new page would end the full screen.
  wall.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = new FormData(wall, event.submitter);
    document.body.classList.add("drawing-now");
    try {
      await fetch(wall.action, { method: "POST", body: form });
      await renew();
      await follow();
    } finally { document.body.classList.remove("drawing-now"); }
  });
  const follow = async () => {
    const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const old of wall.querySelectorAll("button[name]")) {
      const made = [...fresh.querySelectorAll("#wall button[name]")][[...wall.querySelectorAll("button[name]")].indexOf(old)];
      old.value = made.value; old.textContent = made.textContent;
      made.hasAttribute("aria-current") ? old.setAttribute("aria-current", "true") : old.removeAttribute("aria-current");
    }
  };
  const zoom = find("#zoom"), dark = find("#dark");
  zoom.addEventListener("click", async (event) => {
    event.preventDefault();
    const isNear = zoom.toggleAttribute("aria-current");
    if (isNear) zoom.setAttribute("aria-current", "true");
    history.replaceState(null, "", isNear ? "?zoom=1" : location.pathname);
    await renew();
  });
  const shade = () => {
    const isDark = localStorage.getItem("dark") === "on";
    document.body.classList.toggle("dark", isDark);
    dark.setAttribute("aria-pressed", isDark);
  };
  dark.hidden = false;
  dark.addEventListener("click", () => { localStorage.setItem("dark", document.body.classList.contains("dark") ? "off" : "on"); shade(); });
  shade();
  addEventListener("keydown", (event) => {
    if (!plain(event) || event.repeat) return;
    const rounds = [...wall.querySelectorAll("[name=rounds]")];
    if (event.key.toLowerCase() === "f") toggle();
    else if (event.key.toLowerCase() === "n") click("#naming");
    else if (event.key.toLowerCase() === "z") zoom.click();
    else if (event.key.toLowerCase() === "d") dark.click();
    else if (event.key.toLowerCase() === "u") find("#meanings")?.toggleAttribute("open");
    else rounds[Number(event.key) - 1]?.click();
  });
}

// Typing in a sheet: one key for each row, and on to the next; Backspace goes back one.

if (find("#type")) {
  const rows = [...document.querySelectorAll("#type .typed")];
  const isDone = (row) => row.querySelector("input:checked");
  const BOUNCE_MS = 80;  // two fours in a row are typed faster than LOOK_MS; a key bounces within this
  let last = ["", 0];
  let at = Math.max(0, rows.findIndex((row) => !isDone(row)));
  const show = (place) => {
    at = Math.min(Math.max(place, 0), rows.length);
    rows.forEach((row, n) => row.classList.toggle("current", n === at));
    const now = rows[at] ?? find("#type-save");
    (now.querySelector?.("input:checked, input") ?? now).focus({ preventScroll: true });
    now.scrollIntoView({ block: "center" });
  };
  addEventListener("focusin", (event) => {
    const row = rows.indexOf(event.target.closest?.(".typed"));
    if (row >= 0 && row !== at) { at = row; rows.forEach((one, n) => one.classList.toggle("current", n === at)); }
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") return event.preventDefault();  // only the button stores
    if (event.target.id === "why" || !plain(event)) return;
    const now = event.timeStamp, isBounce = event.repeat || (event.key === last[0] && now - last[1] < BOUNCE_MS);
    last = [event.key, now];
    if (isBounce) return event.key === "Enter" || event.key === "Tab" ? undefined : event.preventDefault();
    if (event.key === "Backspace") { event.preventDefault(); return show(at - 1); }
    const boxes = rows[at] ? [...rows[at].querySelectorAll("input")] : [];
    const box = event.key.toLowerCase() === "l" ? boxes.at(-1) : boxes.slice(0, -1)[(event.key === "0" ? 10 : Number(event.key)) - 1];
    if (!box) return;
    event.preventDefault();
    box.checked = true;
    show(at + 1);
  });
  show(at);
}

// Who opens the list of names means to print for some.

find("#some")?.addEventListener("toggle", (event) => {
  if (event.target.open) find('#print-form [name="whom"][value="some"]').checked = true;
});

// A map of stickers: rings stand where their dots lie; a tap beside them adds a dot, or moves the chosen one.
{
  const map = document.querySelector("#tap");
  if (map) {
    for (const one of map.querySelectorAll("[data-left]")) {
      one.style.left = `${one.dataset.left}%`;
      one.style.top = `${one.dataset.top}%`;
      if (one.dataset.wide) one.style.width = `${one.dataset.wide}%`;
      if (one.dataset.high) one.style.height = `${one.dataset.high}%`;
    }
    let isMoving = false;
    const move = document.querySelector("#tap-move");
    move?.querySelector("button").addEventListener("click", ({ target }) => {
      isMoving = true;
      target.textContent = target.dataset.says;
      map.classList.add("moving");
      map.scrollIntoView({ block: "nearest" });
    });
    map.addEventListener("click", (event) => {
      if (event.target.closest(".ring") && !isMoving) return;
      event.preventDefault();
      const box = map.querySelector("img").getBoundingClientRect(), data = map.dataset;
      const x = Number(data.x) + (event.clientX - box.left) / box.width * Number(data.width);
      const y = Number(data.y) + (event.clientY - box.top) / box.height * Number(data.height);
      const form = isMoving ? move : document.querySelector("#tap-add");
      form.elements[isMoving ? "to_x" : "x"].value = x.toFixed(2);
      form.elements[isMoving ? "to_y" : "y"].value = y.toFixed(2);
      form.requestSubmit();
    });
  }
}
