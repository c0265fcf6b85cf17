// New markup for what stands: where both have the same shape only texts and attributes are set, so that focus, scroll
// and the browser's layout stay; what has another shape is replaced.
import { setText } from "./set.js";

const TIED = "[hx-get], [hx-post]"; // htmx has to look at these
const NUMBERS = /(?<=<mn>)[^<]*/g; // of a formula
const HOLE = "\u001f"; // as in app/web/texts.py: what an element holds, or an attribute, is filled in later

function process(made) {
  if (made instanceof Element && (made.matches(TIED) || made.querySelector(TIED))) window.htmx.process(made);
}

function parsed(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return template.content;
}

/** A hole in a standing element: in what it holds (markup in a formula, in all others text), or in an attribute. */
function contents(element) {
  if (element.localName !== "math") return (text) => setText(element, text);
  let shape = null; // of the formula: all but its numbers
  let numbers = [];
  return (markup) => {
    const given = markup.replace(NUMBERS, "");
    if (given !== shape) {
      setChildren(element, parsed(`<math>${markup}</math>`).firstChild, []);
      numbers = element.getElementsByTagName("mn");
      shape = given;
    } else markup.match(NUMBERS)?.forEach((text, k) => setText(numbers[k], text));
  };
}

function attribute(element, name) {
  const titled = name === "value" && element.localName === "data"; // under the pointer: see hover.js
  return (text) => {
    element.setAttribute(name, text);
    if (titled) element.removeAttribute("title");
  };
}

const isHole = (element) => element.firstChild?.data === HOLE && !element.firstChild.nextSibling;

/** The holes of markup that now stands, in their order. */
function holesOf(node, holes) {
  if (!(node instanceof Element)) return;
  for (const { name, value } of node.attributes) if (value === HOLE) holes.push(attribute(node, name));
  if (isHole(node)) holes.push(contents(node));
  else for (const child of node.children) holesOf(child, holes);
}

function replaced(standing, made, holes) {
  standing.replaceWith(made);
  process(made);
  holesOf(made, holes);
}

function setAttributes(standing, made, holes) {
  for (const { name, value } of made.attributes) {
    if (value === HOLE) {
      if (!standing.hasAttribute(name)) standing.setAttribute(name, "");
      holes.push(attribute(standing, name));
    } else if (standing.getAttribute(name) !== value) standing.setAttribute(name, value);
  }
  if (standing.attributes.length === made.attributes.length) return;
  for (const { name } of [...standing.attributes]) {
    if (!made.hasAttribute(name) && name !== "data-htmx-powered") standing.removeAttribute(name);
  }
}

function alike(standing, made) {
  if (standing.nodeName !== made.nodeName) return false;
  if (!(made instanceof Element)) return true;
  for (const { name, value } of made.attributes) {
    if (value === HOLE) continue;
    if ((name === "id" || name.startsWith("hx-")) && standing.getAttribute(name) !== value) return false;
  }
  return true;
}

function setNode(standing, made, holes) {
  if (!alike(standing, made)) replaced(standing, made, holes);
  else if (!(made instanceof Element)) {
    if (standing.data !== made.data) standing.data = made.data;
  } else {
    setAttributes(standing, made, holes);
    if (isHole(made)) holes.push(contents(standing));
    else setChildren(standing, made, holes);
  }
}

function setChildren(standing, made, holes) {
  let old = standing.firstChild;
  let next = made.firstChild;
  while (old && next) {
    const [oldAfter, nextAfter] = [old.nextSibling, next.nextSibling];
    setNode(old, next, holes);
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
    holesOf(next, holes);
    next = after;
  }
}

/** Every part of `markup` finds the element with its id. Gives back a function for each hole in it, which fills it. */
export function renew(markup) {
  const holes = [];
  for (const part of markup ? [...parsed(markup).children] : []) {
    part.removeAttribute("hx-swap-oob");
    setNode(document.getElementById(part.id), part, holes);
  }
  return holes;
}
