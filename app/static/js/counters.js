// The figures above the drawing: step, epoch, phase (in words: phases.js), losses, accuracies, penalty, learning rate.
import { percent, setNumber, setValue, short } from "./format.js";
import { setAttribute, setHidden, setText } from "./set.js";

export function standingCounters(playground) {
  const find = (id) => playground.querySelector(`#counters #${id}`);
  const [step, epoch, phase, penalty] = ["step", "epoch", "phase", "penalty"].map(find);
  const named = (names) => names.map((name) => [find(name.replace("_", "-")), name]).filter(([data]) => data);
  const numbers = named(["batch_loss", "train_loss", "test_loss", "penalty", "learning_rate"]);
  const shares = named(["train_accuracy", "test_accuracy"]);

  return function setCounters({ counters, ...numbersOf }) {
    setText(step, numbersOf.step);
    setText(epoch, short(counters.epoch));
    setAttribute(phase, "data-phase", numbersOf.phase);
    for (const [data, name] of numbers) setNumber(data, counters[name]);
    for (const [data, name] of shares) {
      setValue(data, counters[name]);
      setText(data, counters[name] === null ? "–" : `${percent(counters[name])} %`);
    }
    setHidden(penalty.closest("div"), counters.penalty === 0);
  };
}
