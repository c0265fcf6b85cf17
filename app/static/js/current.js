// Somebody else's network is followed as it trains; one's own is caught up with when its tab comes into sight again.

export function keepCurrent(playground) {
  const form = playground.querySelector("#refresh");
  let busy = false;
  let again = false;

  function refresh() {
    again = busy;
    if (busy) return;
    busy = true;
    form.requestSubmit();
  }

  playground.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form) return;
    busy = false;
    if (again) refresh();
  });
  if (!playground.querySelector("#visitor")) {
    document.addEventListener("visibilitychange", () => document.hidden || refresh());
    return;
  }
  for (const id of playground.dataset.session.split(" ")) {
    const events = new EventSource(`/api/sessions/${id}/events`);
    let seen = 0; // the first event is the state the page was made from
    events.addEventListener("state", () => seen++ && refresh());
    events.addEventListener("gone", () => events.close());
  }
}
