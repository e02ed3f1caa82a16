"""The figures of the report, one module per group; each function returns plain Plotly figures."""
