// The example of the result column: new numbers in the picture, the strip, the chart, the probabilities that stand.
import { brought } from "./answers.js";
import { percent, setNumber, setValue } from "./format.js";
import { readCurves } from "./chart.js";
import { setAttribute, setHidden, setText } from "./set.js";

/** The rows of probabilities: sets them, and which class is right. */
function standingShares(panel) {
  const rows = [...panel.querySelectorAll(".shares tbody tr")].map((row) => ({
    row, bar: row.querySelector("rect"), text: row.querySelector("data"),
  }));
  return (shares, target) => rows.forEach(({ row, bar, text }, k) => {
    row.classList.toggle("target", k === target);
    setAttribute(bar, "width", 100 * (shares[k] ?? 0));
    setValue(text, shares[k]);
    setText(text, percent(shares[k]));
  });
}

/** The strip of a sequence; the step that is chosen in it decides which probabilities are shown. */
function standingStrip(panel, setShares) {
  const cells = (name) => [...panel.querySelectorAll(`.strip .${name} td`)];
  const [inputs, targets, answers] = ["inputs", "targets", "answers"].map(cells);
  const label = panel.querySelector("#shares-step");
  let strip = null;

  function showStep() {
    if (!strip.answers) return;
    const chosen = panel.querySelector(".strip input:checked");
    const step = chosen ? Number(chosen.value) : strip.answers.length;
    const place = step - strip.first;
    setText(label, step);
    setShares(strip.shares[place], strip.right[place]);
  }

  panel.addEventListener("change", showStep);
  return (given) => {
    strip = given;
    inputs.forEach((cell, k) => setText(cell, given.inputs[k]));
    targets.forEach((cell, k) => {
      setText(cell, given.targets[k]);
      setHidden(cell.parentElement, given.targets[k] === ""); // of inputs of one's own
    });
    answers.forEach((cell, k) => {
      setText(cell, given.answers[k]);
      cell.title = `${percent(given.certainties[k])} %`;
      cell.classList.toggle("missed", given.targets[k] !== "" && given.targets[k] !== given.answers[k]);
    });
    showStep();
  };
}

function standingCourse(panel) {
  const lines = [...panel.querySelectorAll("#course .series")];
  const crosses = panel.querySelector("#course .crosses");
  const rows = [...panel.querySelectorAll(".course-values tbody tr")].map((row) => [...row.querySelectorAll("data")]);
  return (course) => {
    lines.forEach((line, k) => {
      setAttribute(line, "d", course.lines[k].d);
      line.dataset.values = course.lines[k].values;
      course.lines[k].values.split(",").forEach((text, t) => setNumber(rows[t][k], text === "" ? null : Number(text)));
    });
    setAttribute(crosses, "d", course.crosses);
  };
}

export function followExample(playground) {
  const panel = playground.querySelector("#guess");
  if (!panel) return () => {};
  const sample = panel.querySelector("#guess-row");
  const [ofSample, ofProbe] = [".of-sample", ".of-probe"].map((name) => panel.querySelector(name));
  const images = [...panel.querySelectorAll(".image")].map((image) => [...image.querySelectorAll("rect")]);
  const values = [...panel.querySelectorAll(".outputs tbody tr")].map((row) => [...row.querySelectorAll("data")]);
  const setShares = standingShares(panel);
  const setStrip = standingStrip(panel, setShares);
  const setCourse = standingCourse(panel);
  const readAgain = panel.querySelector("#course") ? readCurves(playground, "course") : () => {};

  function take(answer) {
    const example = brought("example", answer?.example);
    if (!example) return;
    const { shown } = example;
    setText(sample, shown.row ?? "");
    setHidden(ofSample, shown.row === null);
    setHidden(ofProbe, shown.row !== null);
    images.forEach((pixels, c) => pixels.forEach((pixel, k) => setAttribute(pixel, "fill-opacity", shown.pixels[c][k])));
    values.forEach((pair, k) => pair.forEach((data, side) => setNumber(data, shown.values[k][side])));
    setShares(shown.shares, shown.target);
    if (shown.strip) setStrip(shown.strip);
    if (shown.course) setCourse(shown.course);
    readAgain();
  }

  take();
  return take;
}
