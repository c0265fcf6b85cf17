// The walk from a number to the loss: what is opened travels with every later action, as the choice itself does.

export function followWays(playground) {
  const fields = [...playground.querySelectorAll("input[name=open]")];
  const inspect = playground.querySelector("#inspect");

  playground.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const way = event.target.closest("a[data-way]");
    if (!way) return;
    event.preventDefault();
    const open = new URL(way.href).searchParams.get("open") ?? "";
    for (const field of fields) field.value = open;
    inspect.requestSubmit();
  });
}
