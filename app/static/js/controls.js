// What may be pressed, as the numbers of the last answer say, or that there are none for who is not the owner.

export function controls(playground) {
  const button = (action) => playground.querySelector(`[data-action="${action}"]`);
  const play = playground.querySelector("#play");

  function setControls(numbers) {
    const able = numbers.owner && !numbers.diverged;
    for (const action of ["step", "forward", "backward", "update"]) button(action).disabled = !able;
    button("undo").disabled = !(numbers.owner && numbers.can_undo);
    button("redo").disabled = !(numbers.owner && numbers.can_redo);
    button("reset").disabled = !numbers.owner;
    play.disabled = !able;
    playground.dataset.phase = numbers.phase;
  }

  /** After an answer: where it offers a copy instead, this is somebody else's. */
  function holdControls() {
    if (playground.querySelector("#messages .visitor")) setControls({ owner: false, phase: playground.dataset.phase });
  }
  return { setControls, holdControls };
}
