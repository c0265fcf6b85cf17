// Entry of the playground on a network that is drawn over its time steps.
import { start } from "./main.js";
import { standingUnrolled } from "./unrolled.js";
import { walkPlaces } from "./walk_places.js";

setTimeout(start, 0, standingUnrolled, walkPlaces); // behind htmx, which starts in a task of its own
