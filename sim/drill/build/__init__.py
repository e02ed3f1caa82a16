"""Makes a drill out of a played disaster: which news to give, what is expected then, and how long that takes."""
