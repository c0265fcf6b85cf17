// A network drawn as one box a layer: sets the length of each layer's gradient. Otherwise as standingNetwork.
import { plain, short } from "./format.js";

export function standingBlocks(svg) {
  const boxes = [...svg.querySelectorAll("[data-block]:not(.input)")].map((element) => ({
    element, text: element.querySelector(".norm"),
  }));
  const listeners = [];

  function setNumbers({ norms }) {
    boxes.forEach(({ element, text }, k) => {
      if (!text) return;
      text.textContent = norms ? short(norms[k]) : "–";
      if (norms && norms[k] !== null) element.setAttribute("data-norm", plain(norms[k]));
      else element.removeAttribute("data-norm");
    });
    for (const listener of listeners) listener();
  }

  const nothing = () => ({});
  return { setNumbers, show: nothing, look: nothing, preview: nothing, onNumbers: (l) => listeners.push(l), lines: [] };
}
