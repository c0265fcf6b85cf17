// Menus in which a choice starts another network. Arrow keys and letters walk through a closed one, and the browser calls
// each stop a change: it is meant when Enter is pressed or the menu is left. A choice by pointer, or in an opened list, is
// meant at once.
import { take, write } from "./kept.js";

const MENUS = "#preset, select[data-rebuild]";
const WALKING = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"];
const KEPT = "playground:preset";

export function chooseByKeys(playground) {
  const preset = playground.querySelector("#preset");
  const menus = [...playground.querySelectorAll(MENUS)];
  const meant = new Map();
  let walking = false; // only while the browser handles a key: what that changes, it changes at once

  function stand() {
    for (const menu of menus) meant.set(menu, menu.value);
  }

  function walk() {
    walking = true;
    setTimeout(() => (walking = false));
  }

  /** Sends what was walked to; false where the menu stands where it stood. */
  function mean(menu) {
    if (menu.value === meant.get(menu)) return false;
    if (menu === preset) write("sessionStorage", KEPT, true);
    menu.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  playground.addEventListener("keydown", (event) => {
    if (!meant.has(event.target) || event.altKey) return; // with Alt an arrow opens the list
    if (WALKING.includes(event.key)) walk();
    else if (event.key === "Enter" && mean(event.target)) event.preventDefault();
  });
  playground.addEventListener("keypress", ({ target, key }) => meant.has(target) && key.length === 1 && key !== " " && walk());
  playground.addEventListener("focusout", ({ target }) => {
    if (meant.has(target) && document.activeElement !== target) mean(target); // else it is the window that is left
  });
  playground.addEventListener("change", (event) => {
    const { target } = event;
    if (!meant.has(target)) return;
    if (walking) event.stopPropagation();
    else {
      meant.set(target, target.value);
      if (target === preset && target.matches(":focus-visible")) write("sessionStorage", KEPT, true);
    }
  }, { capture: true });

  // Back to a page that the browser has kept as it was left: its menus name its own network again.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (const form of new Set(menus.map((menu) => menu.form))) form.reset();
    stand();
  });
  stand();
  if (take("sessionStorage", KEPT)) preset.focus();
}
