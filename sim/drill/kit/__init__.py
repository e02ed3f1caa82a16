"""What a drill's package holds besides papers and sheets."""
