"""Does the corpus move the edge case? Real data with and without it, on real data held out."""
