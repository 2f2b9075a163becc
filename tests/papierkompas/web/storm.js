// Ten thousand keys and clicks on one screen, with a clock, an eye and a decoder of our own: double,
// held, bouncing and too early. Counts what was sent that nobody can have seen or meant.
let clock = 1000, dice = 14;
const watchers = [], pending = new Map(), shown = new Map();
performance.now = () => clock;
window.IntersectionObserver = class {
  constructor(tell) { this.tell = tell; this.targets = new Set(); watchers.push(this); }
  observe(target) { this.targets.add(target); }
  disconnect() { this.targets.clear(); }
};
HTMLImageElement.prototype.decode = function () { return { then: (done) => pending.set(this, done) }; };

window.storm = (keys, buttons, most) => {
  const said = { events: 0, sent: 0, unseen: 0, unmeant: 0 };
  const random = (n) => { dice = (dice * 1103515245 + 12345) % 2147483648; return Math.floor(dice / 65536) % n; };
  const last = new Map();
  let isMeant = false;
  const targets = () => watchers.flatMap((w) => [...w.targets].map((t) => [w, t]));
  const isIn = new Set();
  const enter = () => {
    for (const [watcher, target] of targets()) {
      const ratio = [0, 0.3, 0.7, 1][random(4)], isMuch = ratio >= 0.5;
      if (isMuch !== isIn.has(target) && !(clock - shown.get(target) >= 300)) {
        pending.delete(target);
        shown.delete(target);
      }
      isMuch ? isIn.add(target) : isIn.delete(target);
      watcher.tell([{ target, isIntersecting: ratio > 0, intersectionRatio: ratio, intersectionRect: { height: 0 }, rootBounds: { height: 1 } }]);
    }
  };
  const turn = () => {  // what a new page is: nothing is on screen, and nothing was sent from it
    shown.clear();
    pending.clear();
    isIn.clear();
    document.activeElement?.blur();
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  };
  addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const pictures = [...event.target.closest("[data-look]")?.querySelectorAll("img:not(.beside, #more-picture)") ?? []];
    said.sent += 1;
    said.unseen += !(pictures.length && pictures.every((one) => clock - shown.get(one) >= 300));
    said.unmeant += !isMeant;
    turn();
  }, true);
  const press = (key, repeat) => {
    said.events += 1;
    isMeant = !repeat && clock - (last.get(key) ?? -Infinity) >= 300;
    last.set(key, clock);
    const at = document.activeElement ?? document.body;
    const event = new KeyboardEvent("keydown", { key, code: key, repeat, bubbles: true, cancelable: true });
    if (at.dispatchEvent(event) && key === "Enter" && at.tagName === "BUTTON") at.click();
    isMeant = false;
  };
  const hit = () => {
    const found = document.querySelectorAll(buttons);
    said.events += 1;
    isMeant = true;
    found[random(found.length)]?.click();
    isMeant = false;
  };
  while (said.events < most) {
    const key = keys[random(keys.length)];
    switch (random(9)) {
      case 0: press(key, false); clock += random(60); press(key, false); break;  // double
      case 1: press(key, false); for (let n = 0; n < 12; n += 1) { clock += 33; press(key, true); } break;
      case 2: for (let n = 0; n < 12; n += 1) { clock += 33; press(key, false); } break;  // held, untold
      case 3: hit(); clock += random(60); hit(); break;
      case 4: enter(); break;
      case 5: for (const [picture, done] of pending) { shown.set(picture, clock); done(); } pending.clear(); break;
      case 6: case 7: clock += random(2500); break;
      default: press(key, false);
    }
  }
  return said;
};
