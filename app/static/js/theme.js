// Classic script in <head>: the chosen colours must stand before the first paint.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // storage is switched off: follow the system
  }
  if (chosen) root.dataset.theme = chosen;
  root.classList.add("scripted-page");

  document.addEventListener("click", (event) => {
    if (!event.target.closest("#theme")) return;
    const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // it then lasts for this page only
    }
    document.dispatchEvent(new CustomEvent("playground:theme"));
  });
})();
