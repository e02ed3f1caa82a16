"""What a log is worth: measures of one replication, statements about many, verdicts on targets."""
