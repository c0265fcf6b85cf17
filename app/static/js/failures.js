// A server that does not answer, or answers nonsense, is said too: htmx alone would stay silent.

export function reportFailures(playground) {
  const messages = playground.querySelector("#messages");
  const unreachable = playground.querySelector("#unreachable");
  const report = () => messages.replaceChildren(unreachable.content.cloneNode(true));

  playground.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx) report();
  });
  playground.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.response && ctx.response.status >= 400 && !ctx.answer && !/id="(messages|numbers)"/.test(ctx.text)) report();
  });
}
