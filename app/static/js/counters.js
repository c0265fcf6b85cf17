// The figures above the drawing: step, epoch, phase, losses, accuracies, penalty, learning rate.
import { percent, setNumber, short } from "./format.js";

export function standingCounters(playground) {
  const find = (id) => playground.querySelector(`#counters #${id}`);
  const [step, epoch, phase, penalty] = ["step", "epoch", "phase", "penalty"].map(find);
  const named = (names) => names.map((name) => [find(name.replace("_", "-")), name]).filter(([data]) => data);
  const numbers = named(["batch_loss", "train_loss", "test_loss", "penalty", "learning_rate"]);
  const shares = named(["train_accuracy", "test_accuracy"]);

  return function setCounters({ counters, ...numbersOf }) {
    step.textContent = numbersOf.step;
    epoch.textContent = short(counters.epoch);
    phase.dataset.phase = numbersOf.phase;
    phase.textContent = phase.dataset[numbersOf.phase];
    for (const [data, name] of numbers) setNumber(data, counters[name]);
    for (const [data, name] of shares) {
      setNumber(data, counters[name]);
      data.textContent = counters[name] === null ? "–" : `${percent(counters[name])} %`;
    }
    penalty.closest("div").hidden = counters.penalty === 0;
  };
}
