// What the browser keeps from page to page; nothing where storage is switched off. `where` is the name of a storage:
// without cookies it may not even be looked up.

export function read(where, key) {
  try {
    return JSON.parse(window[where].getItem(key));
  } catch {
    return null;
  }
}

export function write(where, key, value) {
  try {
    window[where].setItem(key, JSON.stringify(value));
  } catch {
    // then it is forgotten
  }
}

/** What was kept; from then on it is not. */
export function take(where, key) {
  const kept = read(where, key);
  if (kept !== null) window[where].removeItem(key);
  return kept;
}
