"""Where sessions are kept: one protocol, a module for each kind of store."""
