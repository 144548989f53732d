"""The fault harness: the real command line, as a process, against real engines, through a proxy that does its worst.

``python -m tests.faults`` runs everything and prints what came of it; ``pytest tests/faults`` runs a sample.
"""
