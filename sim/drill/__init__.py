"""Drills: from a stated stress to a ready package, and from a drill's log to what it shows."""
