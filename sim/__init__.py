"""Turnout: plays synthetic disasters against a city's real teams and stores, and holds the outcome against its plan.

::

    draw(hazard, city, seed, replication)  ->  Scenario        all randomness, no clock
    respond(city, plan, layout, scenario)  ->  Log             the clock (SimPy), no randomness
    measure(log, ...)                      ->  Measures        no clock, no randomness
"""

__version__ = "0.1.0"
