"""Studies: layouts × replications of a scenario, played on all cores, kept in a run folder that can be resumed."""
