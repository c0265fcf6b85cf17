// The table of confusions: new numbers in the cells that stand.
import { percent, setValue } from "./format.js";
import { setAttribute, setText } from "./set.js";

const SHADES = 8; // as in app/scene/classes.py

export function standingClasses(playground) {
  const rows = [...playground.querySelectorAll("#confusion tbody tr")].map((row) => [...row.querySelectorAll("td")]);
  const accuracy = playground.querySelector("#confusion-accuracy");

  function setConfusion(table) {
    setValue(accuracy, table.accuracy);
    setText(accuracy, percent(table.accuracy));
    rows.forEach((cells, i) => {
      const total = Math.max(1, table.counts[i].reduce((a, b) => a + b));
      cells.forEach((cell, j) => {
        setText(cell, table.counts[i][j]);
        setAttribute(cell, "data-shade", Math.round((SHADES * table.counts[i][j]) / total));
      });
    });
  }

  return {
    set({ confusion }) {
      if (confusion) setConfusion(confusion);
    },
  };
}
