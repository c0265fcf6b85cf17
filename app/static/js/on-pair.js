// Entry of two networks side by side.
import { sideBySide } from "./pair.js";

setTimeout(sideBySide, 0, document.getElementById("pair")); // behind htmx, which starts in a task of its own
