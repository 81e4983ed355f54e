"""Does a loop that eats its own output collapse? In theory and in simulation, and in a real loop."""
