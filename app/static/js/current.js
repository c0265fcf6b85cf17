// Somebody else's network is followed as it trains. One's own is caught up with when its tab comes into sight, and when
// another window of this browser has changed it. What is out of sight holds no connection: a browser has few to a server.

/** What this browser's windows tell one another of a session: that it has changed. */
function tellWindows(playground, ids, changed) {
  const channels = ids.map((id) => new BroadcastChannel(`playground:${id}`));
  for (const channel of channels) channel.addEventListener("message", changed);
  playground.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.request.method !== "POST" || !ctx.answer) return; // what changes nothing brings no numbers
    for (const channel of channels) channel.postMessage("changed");
  });
}

/** Events of a session while the page is in sight. When they break off, `changed` is called once: it finds out why. */
function listen(id, changed) {
  let events = null;
  let standing = true; // the first event is the state that the page was made from
  let lost = false;

  function open() {
    events = new EventSource(`/api/sessions/${id}/events`);
    events.addEventListener("state", () => {
      if (!standing) changed();
      standing = lost = false;
    });
    events.addEventListener("gone", () => {
      events.close();
      changed();
    });
    events.addEventListener("error", () => {
      standing = false;
      if (!lost) changed();
      lost = true;
    });
  }

  function follow() {
    events?.close();
    events = null;
    if (!document.hidden) open();
    else standing = false;
  }

  document.addEventListener("visibilitychange", follow);
  follow();
}

export function keepCurrent(playground) {
  const form = playground.querySelector("#refresh");
  const ids = playground.dataset.session.split(" ");
  let busy = false;
  let again = false;

  function refresh() {
    again = busy;
    if (busy || document.hidden) return;
    busy = true;
    form.requestSubmit();
  }

  playground.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form) return;
    busy = false;
    if (again) refresh();
  });
  if (playground.querySelector("#visitor")) {
    for (const id of ids) listen(id, refresh);
    return;
  }
  document.addEventListener("visibilitychange", refresh);
  tellWindows(playground, ids, refresh);
}
