// Choices that belong to this browser. Where storage is switched off they last for the page.

export function stored(name, fallback) {
  try {
    return localStorage.getItem(name) ?? fallback;
  } catch {
    return fallback;
  }
}

export function store(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // it then lasts for this page only
  }
}
