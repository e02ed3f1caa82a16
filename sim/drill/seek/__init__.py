"""Searches the disasters that a hazard file can give for those that stress what a designer wants stressed."""
