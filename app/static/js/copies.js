// Copies the LaTeX of a formula, in symbols or with its numbers.
const SAID_MS = 1500;

export function offerCopies(playground) {
  playground.addEventListener("click", async ({ target }) => {
    const button = target.closest("button[data-copies]");
    if (!button) return;
    const text = button.closest(".equation").querySelector(`[data-latex="${button.dataset.copies}"]`).textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.dataset.copied = "true";
    } catch {
      button.dataset.copied = "false"; // the browser does not allow it
    }
    setTimeout(() => delete button.dataset.copied, SAID_MS);
  });
}
