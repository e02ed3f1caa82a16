"""From a drill log to what it shows: import, matching, timeliness against the simulated law, findings, calibration."""
