// Setting what stands on the page: only where it changes, and a text without replacing its node. A node that is
// taken out and another put in has the browser look anew at every rule of style that asks what an element contains.

/** The text of an element that holds nothing else. */
export function setText(element, text) {
  const node = element.firstChild;
  if (node === null || node.nextSibling || node.nodeType !== Node.TEXT_NODE) element.textContent = text;
  else if (node.data !== String(text)) node.data = text;
}

/** An attribute; null takes it away. */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Sets one attribute of an element, as setAttribute does; nobody else may set that one: what stands is remembered. */
export function attributeOf(element, name) {
  let standing = element.getAttribute(name);
  return (value) => {
    const text = value === null ? null : String(value);
    if (text === standing) return;
    standing = text;
    if (text === null) element.removeAttribute(name);
    else element.setAttribute(name, text);
  };
}

/** Whether an element is hidden. */
export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}
