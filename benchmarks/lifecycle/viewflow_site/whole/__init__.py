"""The product's whole job on Viewflow: the same rows, checks and look-ups, written as Django does it."""
