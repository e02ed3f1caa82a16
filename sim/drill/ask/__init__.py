"""What a designer asks: the design file, read and checked against city, plan and hazard."""
