// What the browser keeps from page to page; nothing where storage is switched off.

export function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key));
  } catch {
    return null;
  }
}

export function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // then it is forgotten
  }
}

/** What was kept; from then on it is not. */
export function take(storage, key) {
  const kept = read(storage, key);
  if (kept !== null) storage.removeItem(key);
  return kept;
}
