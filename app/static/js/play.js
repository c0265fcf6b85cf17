// Play: one step after the other, the next one only when the last answer has been painted.

const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

export function player(playground) {
  const button = playground.querySelector("#play");
  const step = playground.querySelector('[data-action="step"]');
  let playing = false;
  let answered = null;

  function stop() {
    playing = false;
    button.textContent = button.dataset.play;
    delete playground.dataset.playing;
  }

  async function start() {
    playing = true;
    button.textContent = button.dataset.pause;
    playground.dataset.playing = "";
    while (playing && !step.disabled) {
      const answer = new Promise((resolve) => (answered = resolve));
      step.click();
      await answer;
      await painted();
    }
    if (playing) stop();
  }

  button.addEventListener("click", () => (playing ? stop() : start()));
  playground.addEventListener("htmx:finally:request", (event) => {
    if (event.detail.ctx.sourceElement === step) answered?.();
  });
  playground.addEventListener("htmx:response:error", stop);
  playground.addEventListener("htmx:error", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  return { stop };
}
