"""Sensitivity: which of the numbers that nobody knows well could change what a study says."""
