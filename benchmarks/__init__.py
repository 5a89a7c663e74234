"""How fast, how much, how many: each module measures one thing and returns its table. `make bench` runs them all."""
