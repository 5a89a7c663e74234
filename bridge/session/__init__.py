"""One conversation between a lead and its accompanist. No socket, no clock: time and chance are arguments."""
