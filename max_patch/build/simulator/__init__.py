"""Runs the shipped patches without Max: their own JSON, their own script in Node, a simulated Live transport, and real
UDP to a real bridge. What it does not know it refuses loudly; it never guesses what an object might do."""
