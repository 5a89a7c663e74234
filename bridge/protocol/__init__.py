"""The wire: every message as a value, and the one table that says how each looks as OSC. No socket, no clock."""

DEFAULT_PORT = 7770
