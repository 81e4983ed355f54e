"""What is said of each finding: one section per question, headlines written from the results."""
