"""Where people live, how roads run, where plants, hospitals and shelters stand."""

from sim.city.model import City
from sim.city.read import read_city

__all__ = ["City", "read_city"]
