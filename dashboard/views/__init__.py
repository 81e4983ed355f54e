"""One file per question. A view asks, calls once, and shows."""
