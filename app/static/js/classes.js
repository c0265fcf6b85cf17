// The example with its probabilities and the table of confusions: new numbers in the cells that stand.
import { plain } from "./format.js";

const SHADES = 8; // as in app/scene/classes.py
const percent = (share) => (share === null ? "–" : (100 * share).toFixed(1));

export function standingClasses(playground) {
  const pixels = [...playground.querySelectorAll("#guess .image rect")];
  const shares = [...playground.querySelectorAll("#guess tbody tr")].map((row) => ({
    row, bar: row.querySelector("rect"), text: row.querySelector("data"),
  }));
  const sample = playground.querySelector("#guess-row");
  const rows = [...playground.querySelectorAll("#confusion tbody tr")].map((row) => [...row.querySelectorAll("td")]);
  const accuracy = playground.querySelector("#confusion-accuracy");

  function setGuess(guess) {
    sample.textContent = guess.row;
    pixels.forEach((pixel, k) => pixel.setAttribute("fill-opacity", guess.pixels[k]));
    shares.forEach(({ row, bar, text }, k) => {
      row.classList.toggle("target", k === guess.target);
      bar.setAttribute("width", 100 * (guess.shares[k] ?? 0));
      text.value = plain(guess.shares[k]);
      text.textContent = percent(guess.shares[k]);
    });
  }

  function setConfusion(table) {
    accuracy.value = plain(table.accuracy);
    accuracy.textContent = percent(table.accuracy);
    rows.forEach((cells, i) => {
      const total = Math.max(1, table.counts[i].reduce((a, b) => a + b));
      cells.forEach((cell, j) => {
        cell.textContent = table.counts[i][j];
        cell.dataset.shade = Math.round((SHADES * table.counts[i][j]) / total);
      });
    });
  }

  return {
    set({ guess, confusion }) {
      if (guess) setGuess(guess);
      if (confusion) setConfusion(confusion);
    },
  };
}
