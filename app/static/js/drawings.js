// By how a network is drawn: what sets its numbers, and what the arrow keys do in it.
import { standingImages } from "./images.js";
import { walkImages } from "./images-walk.js";
import { standingNetwork } from "./network.js";
import { standingUnrolled } from "./unrolled.js";
import { walkNetwork } from "./walk.js";
import { walkPlaces } from "./walk_places.js";

const STANDING = { units: standingNetwork, images: standingImages, time: standingUnrolled };
const WALKS = { units: walkNetwork, images: walkImages, time: walkPlaces };

const drawnAs = (svg) => svg.closest("[data-drawn]").dataset.drawn;

/** The standing drawing of an SVG. */
export const standing = (svg) => STANDING[drawnAs(svg)](svg);

/** Lets the keys walk the drawing that stands in `room`. */
export const walk = (svg, room, network) => WALKS[drawnAs(svg)](room, network);
