"""Batches: a grid of layouts × hazards × parameters × replications in one folder that can be resumed and queried."""
