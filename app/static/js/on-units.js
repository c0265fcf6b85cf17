// Entry of the playground on a network that is drawn by its units.
import { start } from "./main.js";
import { standingNetwork } from "./network.js";
import { walkNetwork } from "./walk.js";

setTimeout(start, 0, standingNetwork, walkNetwork); // behind htmx, which starts in a task of its own
