"""The dashboard: each view asks one question, calls the library once and shows the answer."""
