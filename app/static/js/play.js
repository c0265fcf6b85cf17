// Play: one request after the other, the next one with the frame in which the last answer is painted; what it brings
// can only be set when that frame is done, so playing never runs ahead of what is seen.
import { store, stored } from "./stored.js";

// As fast as it goes: so many updates a request that it takes about this long, or twice as long as the quickest
// one, since on a slow machine most of a request is spent on drawing, however few updates it makes.
const REQUEST_MS = 50;
const DRAWN_OUT = 2;
const MOST_STEPS = 500;

const frame = () => new Promise(requestAnimationFrame);

export function player(playground) {
  const button = playground.querySelector("#play");
  const step = playground.querySelector('[data-action="step"]');
  const steps = playground.querySelector("#actions [name=steps]");
  const speed = playground.querySelector("#speed");
  let playing = false;
  let running = false; // paused, it still waits for its last answer: whoever plays on by then goes on with it
  let answered = null;
  let wake = null;
  let took = []; // by the last requests, milliseconds
  let quickest = Infinity;

  speed.value = stored("speed", speed.value);
  if (speed.selectedIndex < 0) speed.selectedIndex = 0;

  const interval = () => Number(speed.value);
  const rest = (ms) =>
    new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, ms);
    });

  function stop() {
    playing = false;
    steps.value = 1;
    button.textContent = button.dataset.play;
    delete playground.dataset.playing;
    wake?.();
  }

  async function ask() {
    const answer = new Promise((resolve) => (answered = resolve));
    step.click();
    await answer;
  }

  async function run() {
    while (playing && !step.disabled) {
      playground.dataset.playing = speed.value;
      const begun = performance.now();
      await ask();
      took = [...took.slice(-2), performance.now() - begun];
      await frame();
      if (!playing) break;
      const early = interval() - (performance.now() - begun);
      if (early > 0) await rest(early); // else the next one is asked for while this frame is painted
      quickest = Math.min(quickest, took.at(-1));
      const share = Math.min(2, Math.max(REQUEST_MS, DRAWN_OUT * quickest) / Math.min(...took));
      const wanted = Math.min(MOST_STEPS, Math.round(share * Number(steps.value)));
      if (playing) steps.value = interval() ? 1 : Math.max(1, wanted);
    }
    if (playing) stop();
  }

  async function start() {
    playing = true;
    button.textContent = button.dataset.pause;
    if (running) return;
    running = true;
    await run();
    running = false;
  }

  button.addEventListener("click", () => (playing ? stop() : start()));
  speed.addEventListener("change", () => {
    store("speed", speed.value);
    wake?.();
  });
  playground.addEventListener("htmx:finally:request", (event) => {
    if (event.detail.ctx.sourceElement === step) answered?.();
  });
  playground.addEventListener("htmx:response:error", stop);
  playground.addEventListener("htmx:error", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  return { stop };
}
