"""What stands around the news of a drill: the truth minute by minute, the map, the public warnings."""
