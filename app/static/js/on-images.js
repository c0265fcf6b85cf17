// Entry of the playground on a network that is drawn by its images.
import { standingImages } from "./images.js";
import { start } from "./main.js";
import { walkImages } from "./images-walk.js";

start(standingImages, walkImages);
