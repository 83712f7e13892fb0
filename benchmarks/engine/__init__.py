"""The engine's speed: one move, one simulation, the loading of all definitions."""
