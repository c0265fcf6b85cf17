"""The libraries that the engine is measured against."""
