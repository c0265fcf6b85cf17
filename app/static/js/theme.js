// The switch between light and dark. The choice is kept in a cookie, so that every page comes in its colours.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const year = 365 * 24 * 3600;

  document.addEventListener("click", (event) => {
    if (!event.target.closest("#theme")) return;
    const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    document.cookie = `playground_theme=${root.dataset.theme}; path=/; max-age=${year}; samesite=lax`;
    document.dispatchEvent(new CustomEvent("playground:theme"));
  });
})();
