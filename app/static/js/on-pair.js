// Entry of two networks side by side.
import { sideBySide } from "./pair.js";

sideBySide(document.getElementById("pair"));
