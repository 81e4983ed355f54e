"""Does a loop that eats its own output collapse: in theory, in simulation, in a real loop."""
