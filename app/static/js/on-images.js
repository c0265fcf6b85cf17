// Entry of the playground on a network that is drawn by its images.
import { standingImages } from "./images.js";
import { start } from "./main.js";
import { walkImages } from "./images-walk.js";

setTimeout(start, 0, standingImages, walkImages); // behind htmx, which starts in a task of its own
