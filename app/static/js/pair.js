// Two networks side by side: one set of buttons, two standing drawings, the numbers of every answer set on both.
import { brought, takeAnswers } from "./answers.js";
import { readCurves } from "./chart.js";
import { comparing } from "./compare.js";
import { controls } from "./controls.js";
import { keepCurrent } from "./current.js";
import { closeFolds } from "./dismiss.js";
import { standing, walk } from "./drawings.js";
import { reportFailures } from "./failures.js";
import { followPointer } from "./hover.js";
import { followKeys } from "./keyboard.js";
import { neuronPictures } from "./neurons.js";
import { unpacked } from "./packed.js";
import { bytesOf } from "./paint.js";
import { layered, mover } from "./phases.js";
import { player } from "./play.js";
import { standingActivations } from "./samples.js";
import { followViews } from "./views.js";

const CALM = 1000; // milliseconds between two answers that can still be followed by ear

function sideOf(room) {
  const svg = room.querySelector(".drawing");
  const name = room.dataset.side;
  const network = standing(svg);
  const setActivations = standingActivations(room);
  const setPictures = svg.classList.contains("pictured") ? neuronPictures(svg) : null;
  layered(svg);

  /** What an answer, or the page, brings for this side; null where it brings nothing. */
  function take(answer) {
    const numbers = unpacked(brought(`numbers-${name}`, answer?.[name].numbers));
    const pictures = brought(`pictures-${name}`, answer?.[name].pictures);
    if (!numbers) return null;
    network.setNumbers(numbers);
    setActivations(numbers);
    if (pictures) setPictures({ ...pictures, neurons: bytesOf(pictures.neurons) });
    room.dataset.phase = numbers.phase;
    return numbers;
  }

  return { room, svg, network, take };
}

/** What the buttons have to know of both: one that a rule has stopped stays, and stops no button. */
function together([left, right]) {
  const moves = ({ stopped, phase }) => stopped === null || phase !== "idle";
  return {
    owner: left.owner && right.owner,
    diverged: !moves(left) && !moves(right),
    can_undo: left.can_undo || right.can_undo,
    can_redo: left.can_redo || right.can_redo,
    phase: left.phase === "idle" ? right.phase : left.phase,
    step: Math.max(left.step, right.step),
  };
}

export function sideBySide(pair) {
  const sides = [...pair.querySelectorAll("[data-side].network")].map(sideOf);
  const { setControls, holdControls } = controls(pair);
  const play = player(pair);
  const readAgain = readCurves(pair, "chart");
  const move = mover(pair);
  const compare = comparing(pair, sides);
  const said = pair.querySelector("#announcement");
  let before = null;
  let last = 0;

  /** A row of the table: both values by their sides, or the one where they are equal. */
  function sentence({ cells }) {
    const [title, ...values] = [...cells].map((cell) => cell.textContent.trim());
    if (values[0] === values[1]) return `${title} ${values[0]}`;
    const names = pair.querySelectorAll("#pair-numbers thead th");
    return `${title} ${values.map((value, k) => `${names[k].textContent} ${value}`).join(", ")}`;
  }

  /** The first rows of the table: step and losses. */
  function announce() {
    const calm = performance.now() - last > CALM;
    last = performance.now();
    if ("playing" in pair.dataset && !calm) return;
    const rows = [...pair.querySelectorAll("#pair-numbers tbody tr")].slice(0, 3);
    said.textContent = rows.map(sentence).join("; ");
  }

  function take(answer) {
    const taken = sides.map((side) => side.take(answer));
    if (taken.includes(null)) return;
    const now = together(taken);
    setControls(now);
    compare.fill();
    if (before && (before.step !== now.step || before.phase !== now.phase)) {
      move(now.phase === "idle" ? "update" : now.phase);
      announce();
    }
    before = now;
    if (now.diverged) play.stop();
  }

  takeAnswers(pair);
  take();
  followViews(pair, { show: (view) => sides.forEach(({ network }) => network.show(view)) });
  for (const { room, svg, network } of sides) {
    followPointer(room, network);
    walk(svg, room, network);
  }
  closeFolds(pair, ".differences > .compare");
  followKeys(pair, compare);
  reportFailures(pair);
  keepCurrent(pair);
  addEventListener("beforeunload", play.stop);
  pair.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    take(ctx.answer);
    holdControls();
    readAgain();
  });
}
