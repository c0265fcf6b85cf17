// What may be pressed, as the numbers of the last answer say, or that there are none for who is not the owner.

/** A button that may not be pressed any more keeps the focus it has: it is marked, and disabled once one leaves it. */
export function setAble(button, able) {
  const waits = !able && button === document.activeElement;
  button.disabled = !able && !waits;
  if (waits) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

const marked = ({ target }) => target.closest?.('[aria-disabled="true"]');

export function controls(playground) {
  const button = (action) => playground.querySelector(`[data-action="${action}"]`);
  const play = playground.querySelector("#play");
  const form = playground.querySelector("#actions");

  form.addEventListener("focusout", (event) => marked(event) && setAble(event.target, false));
  playground.addEventListener("click", (event) => {
    if (!marked(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });

  function setControls(numbers) {
    const able = numbers.owner && !numbers.diverged;
    for (const action of ["step", "forward", "backward", "update"]) setAble(button(action), able);
    setAble(button("undo"), numbers.owner && numbers.can_undo);
    setAble(button("redo"), numbers.owner && numbers.can_redo);
    setAble(button("reset"), numbers.owner);
    setAble(play, able);
    playground.dataset.phase = numbers.phase;
  }

  /** After an answer: where it offers a copy instead, this is somebody else's. */
  function holdControls() {
    if (playground.querySelector("#messages .visitor")) setControls({ owner: false, phase: playground.dataset.phase });
  }
  return { setControls, holdControls };
}
