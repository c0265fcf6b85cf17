// Presses of the buttons above the layers: quick ones on "one more" or "one less" add up to one new
// network, and those that come while one is on its way are carried over to it.
import { take, write } from "./kept.js";

const LATER = "playground:presses";
const PAUSE = 300; // milliseconds without another press

export function addUpPresses(form, playground) {
  let pause = null;
  let underway = false;
  let later = [];

  const sendSoon = () => {
    clearTimeout(pause);
    pause = setTimeout(() => form.requestSubmit(), PAUSE);
  };

  /** Counts a press in the field beside the button; false where the button is for something else. */
  function count(button) {
    const [verb] = button.value.split(":");
    if (!["more", "fewer"].includes(verb)) return false;
    const field = button.closest(".row").querySelector("input");
    if (!/^\d{1,9}$/.test(field.value)) return false;
    field.value = Math.max(1, Number(field.value) + (verb === "more" ? 1 : -1));
    return true;
  }

  /** What was pressed on the page before: up to the first that changes which layers there are. */
  function carryOn(ids) {
    for (const [at, id] of ids.entries()) {
      const button = document.getElementById(id);
      if (!button || count(button)) continue;
      later = ids.slice(at + 1);
      write("sessionStorage", LATER, later);
      button.click();
      return;
    }
    sendSoon();
  }

  playground.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="change"]');
    if (!button) return;
    if (underway) {
      event.preventDefault();
      write("sessionStorage", LATER, (later = [...later, button.id]));
    } else if (count(button)) {
      event.preventDefault();
      sendSoon();
    }
  });
  form.addEventListener("submit", () => {
    clearTimeout(pause);
    underway = true;
  });
  const answered = () => {
    underway = false;
    later = [];
    take("sessionStorage", LATER);
  };
  playground.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => ctx.sourceElement === form && answered());
  playground.addEventListener("htmx:error", answered);

  const before = take("sessionStorage", LATER);
  if (before?.length) carryOn(before);
}
