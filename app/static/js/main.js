// Entry: what the page does beyond its forms and links.
import { buildInPlace } from "./build.js";
import { controls } from "./controls.js";
import { reportFailures } from "./failures.js";
import { standingNetwork } from "./network.js";
import { player } from "./play.js";
import { followSelection, showInspector } from "./select.js";
import { followSettings } from "./settings.js";
import { offerLink } from "./share.js";

function start(playground) {
  const network = standingNetwork(playground.querySelector("#network"));
  const setControls = controls(playground);
  const play = player(playground);
  const settings = followSettings(playground);
  const address = `/n/${playground.dataset.session}`;
  let shown = null;

  function takeNumbers() {
    const block = document.getElementById("numbers");
    if (block === shown) return;
    // What was done stands in the session, not in a preset's link: a reload and Back are to return to it.
    if (shown && location.pathname !== address) history.replaceState(null, "", address);
    shown = block;
    const numbers = JSON.parse(block.textContent);
    network.setNumbers(numbers);
    setControls(numbers);
    settings.setSettings(numbers.settings);
    if (numbers.stopped || numbers.diverged) play.stop();
  }

  takeNumbers();
  followSelection(playground, network);
  reportFailures(playground);
  buildInPlace(playground);
  playground.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    takeNumbers();
    settings.markFaults();
    if (ctx.sourceElement.id === "inspect") showInspector();
    if (ctx.sourceElement.classList.contains("sharing")) offerLink();
  });
  playground.addEventListener("change", (event) => {
    if (event.target.form?.dataset.autosubmit !== undefined) event.target.form.requestSubmit();
  });
}

const playground = document.getElementById("playground");
if (playground) start(playground);
