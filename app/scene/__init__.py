"""From numbers to what a template draws: positions, widths, names, texts. Pure functions."""
