// Entry of the playground on a network that is drawn by its units.
import { start } from "./main.js";
import { standingNetwork } from "./network.js";
import { walkNetwork } from "./walk.js";

start(standingNetwork, walkNetwork);
