"""Measurements at the size of a large city: `make bench`. Method and figures are in docs/benchmarks.md.

No test: tests must not depend on how fast a machine is today. A limit that is broken makes the command end with 1.
"""
