// Following one sample, the whole batch or a point of one's own: what is chosen travels with every later action.
import { ROOM, fitted, plain } from "./format.js";
import { setAttribute, setText } from "./set.js";

export function followSamples(playground) {
  const follow = playground.querySelector("#follow");
  const fields = [...playground.querySelectorAll("input[name=sample]")];

  function choose(sample) {
    for (const field of fields) field.value = sample;
    follow.requestSubmit();
  }

  playground.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-sample]");
    const row = event.target.closest("#batch tbody tr:not(.rest)");
    if (!link && !row) return;
    event.preventDefault();
    choose(row?.ariaCurrent === "true" ? "" : (link ?? row.querySelector("a")).dataset.sample);
  });

  playground.addEventListener("keydown", (event) => {
    const row = event.target.closest("#batch tbody tr");
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!row || !next) return;
    event.preventDefault();
    row[next]?.querySelector("a")?.focus();
  });

  return standingActivations(playground);
}

/** Sets what every neuron of `room` puts out, on the mean of the batch or for the one that is followed: to be read in a
 * small network, to be seen in a large one. */
export function standingActivations(room) {
  const neurons = [...room.querySelectorAll(".drawing [data-neuron]")].map((element) => ({
    element,
    text: element.querySelector(".activation"),
  }));
  return ({ activations, followed, probe }) => {
    const one = followed !== null || probe !== null;
    room.toggleAttribute("data-one", one);
    const largest = Math.max(...(activations ?? []).map(Math.abs)) || 1;
    neurons.forEach(({ element, text }, n) => {
      if (one) element.style.setProperty("--lit", `${activations ? (90 * Math.abs(activations[n])) / largest : 0}%`);
      setAttribute(element, "data-activation", activations ? plain(activations[n]) : null);
      if (text) setText(text, activations ? fitted(activations[n], ROOM.edge, 3) : "");
    });
  };
}
