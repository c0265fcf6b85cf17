// The answer of the check by finite differences stands under its button: it is brought into sight.

export function showProofs(playground) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  playground.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!ctx.sourceElement.closest("#difference")) return;
    const behavior = still.matches ? "instant" : "smooth";
    document.getElementById("difference").scrollIntoView({ block: "nearest", behavior });
  });
}
