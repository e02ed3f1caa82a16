"""The report: one self-contained HTML file, Chinese or English, that opens without a network."""

from sim.report.write import write_report

__all__ = ["write_report"]
