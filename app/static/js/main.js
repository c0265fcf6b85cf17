// What the playground does beyond its forms and links.
import { announcer } from "./announce.js";
import { brought, takeAnswers } from "./answers.js";
import { standingBatch } from "./batch.js";
import { buildInPlace } from "./build.js";
import { readCurves } from "./chart.js";
import { chooseByKeys } from "./choosing.js";
import { controls } from "./controls.js";
import { offerCopies } from "./copies.js";
import { standingCounters } from "./counters.js";
import { keepCurrent } from "./current.js";
import { standingCurves } from "./curves.js";
import { dismissible } from "./dismiss.js";
import { followEdits } from "./edit.js";
import { followExample } from "./example.js";
import { reportFailures } from "./failures.js";
import { followPointer, titleNumbers } from "./hover.js";
import { followKeys } from "./keyboard.js";
import { followLandscape } from "./landscape.js";
import { followMarks } from "./marks.js";
import { unpacked } from "./packed.js";
import { followPictures } from "./pictures.js";
import { showPhases } from "./phases.js";
import { player } from "./play.js";
import { probeInputs } from "./probe.js";
import { showProofs } from "./proofs.js";
import { followSamples } from "./samples.js";
import { addressOf, followSelection, showInspector } from "./select.js";
import { setHidden } from "./set.js";
import { followSettings } from "./settings.js";
import { offerLink } from "./share.js";
import { offerTable } from "./table.js";
import { followViews } from "./views.js";
import { followWays } from "./ways.js";

/** `standing` and `walk` are those of the way in which the network is drawn: as in drawings.js. */
export function start(standing, walk) {
  const playground = document.getElementById("playground");
  const svg = playground.querySelector(".drawing");
  const network = standing(svg);
  const { setControls, holdControls } = controls(playground);
  const play = player(playground);
  const settings = followSettings(playground);
  const setBatch = standingBatch(playground);
  const setCounters = standingCounters(playground);
  const curves = standingCurves(playground);
  const readAgain = readCurves(playground, "chart", curves.toBeRead);
  const setActivations = followSamples(playground);
  const setProbe = probeInputs(playground);
  const phases = showPhases(playground, show);
  const address = `/n/${playground.dataset.session}`;
  const announce = announcer(playground);
  const landscape = followLandscape(playground);
  let started = false;
  // Said once: neither a reload nor whoever is given the address needs to hear it again.
  if (new URLSearchParams(location.search).has("repaired")) history.replaceState(null, "", addressOf(playground));

  function show(numbers) {
    network.setNumbers(numbers, phases.begin(numbers));
    setControls(numbers);
    setActivations(numbers);
    setProbe(numbers);
    phases.cover();
    if (started) announce.sayCounters();
  }

  /** What an action brings besides; parts that have nothing to say do not come, and are cleared. */
  function takeAction(numbers) {
    setCounters(numbers);
    if (numbers.curve) curves.add(numbers.curve, numbers.version);
    else curves.read();
    for (const part of ["messages", "faults", "following", "edit_fault", "found-kinds", "found", "found-said"]) {
      const standing = document.getElementById(part);
      if (standing.firstChild && !numbers.markup.includes(part)) standing.replaceChildren();
    }
    playground.toggleAttribute("data-found", numbers.markup.includes("found"));
    setHidden(document.getElementById("following"), !numbers.markup.includes("following"));
  }

  function takeNumbers(answer) {
    const numbers = unpacked(brought("numbers", answer?.numbers));
    if (!numbers) return;
    // What was done stands in the session, not in a preset's link: a reload and Back are to return to it.
    if (started && location.pathname !== address) history.replaceState(null, "", addressOf(playground));
    if ("table" in numbers) setBatch(numbers.table);
    if (numbers.markup) takeAction(numbers);
    show(numbers);
    settings.setSettings(numbers.settings);
    if (numbers.stopped || numbers.diverged) play.stop();
    landscape.follow(numbers);
    started = true;
  }

  takeAnswers(playground);
  takeNumbers();
  const takePictures = followPictures(playground);
  const takeExample = followExample(playground);
  const selection = followSelection(playground, network);
  const edits = followEdits(playground, network);
  followViews(playground, network);
  followPointer(playground, network);
  titleNumbers(playground);
  dismissible(playground);
  buildInPlace(playground);
  chooseByKeys(playground);
  followKeys(playground, selection);
  walk(playground, network);
  followWays(playground);
  followMarks(playground, network);
  offerCopies(playground);
  offerTable(playground);
  showProofs(playground);
  reportFailures(playground);
  keepCurrent(playground);
  playground.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    takeNumbers(ctx.answer);
    takePictures(ctx.answer);
    takeExample(ctx.answer);
    if (ctx.sourceElement.id === "charting") curves.read();
    settings.markFaults();
    holdControls();
    readAgain();
    if (ctx.sourceElement.id === "edit") edits.answered();
    else edits.follow();
    if (ctx.sourceElement.id === "inspect") {
      showInspector();
      landscape.followChoice();
      announce.sayChosen();
    }
    if (ctx.sourceElement.classList.contains("sharing")) offerLink();
    if (ctx.sourceElement.classList.contains("comparing")) playground.querySelector("#compare input").focus();
  });
  // While the page that comes is made the server is asked for no more: it has to show the last of what was asked for.
  addEventListener("beforeunload", play.stop);
  playground.addEventListener("change", (event) => {
    if (event.target.form?.dataset.autosubmit !== undefined) event.target.form.requestSubmit();
  });
}
