"""What every layer uses: problems, sentences, coefficients, small types."""
