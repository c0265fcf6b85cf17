// New markup for what stands: where both have the same shape only texts and attributes are set, so that focus, scroll
// and the browser's layout stay; what has another shape is replaced.

const TIED = "[hx-get], [hx-post]"; // htmx has to look at these

function process(made) {
  if (made instanceof Element && (made.matches(TIED) || made.querySelector(TIED))) window.htmx.process(made);
}

function replaced(standing, made) {
  standing.replaceWith(made);
  process(made);
}

function setAttributes(standing, made) {
  for (const { name, value } of made.attributes) {
    if (standing.getAttribute(name) !== value) standing.setAttribute(name, value);
  }
  if (standing.attributes.length === made.attributes.length) return;
  for (const { name } of [...standing.attributes]) {
    if (!made.hasAttribute(name) && name !== "data-htmx-powered") standing.removeAttribute(name);
  }
}

function alike(standing, made) {
  if (standing.nodeName !== made.nodeName) return false;
  if (!(made instanceof Element)) return true;
  const { attributes } = made;
  for (const { name, value } of attributes) {
    if ((name === "id" || name.startsWith("hx-")) && standing.getAttribute(name) !== value) return false;
  }
  return true;
}

function setNode(standing, made) {
  if (!alike(standing, made)) replaced(standing, made);
  else if (!(made instanceof Element)) {
    if (standing.data !== made.data) standing.data = made.data;
  } else {
    setAttributes(standing, made);
    setChildren(standing, made);
  }
}

function setChildren(standing, made) {
  let old = standing.firstChild;
  let next = made.firstChild;
  while (old && next) {
    const [oldAfter, nextAfter] = [old.nextSibling, next.nextSibling];
    setNode(old, next);
    [old, next] = [oldAfter, nextAfter];
  }
  while (old) {
    const after = old.nextSibling;
    old.remove();
    old = after;
  }
  while (next) {
    const after = next.nextSibling;
    standing.append(next);
    process(next);
    next = after;
  }
}

/** Every part of `markup` finds the element with its id. */
export function renew(markup) {
  if (!markup) return;
  const template = document.createElement("template");
  template.innerHTML = markup;
  for (const part of [...template.content.children]) {
    part.removeAttribute("hx-swap-oob");
    setNode(document.getElementById(part.id), part);
  }
}
