"""The benchmarks: workloads of national size beside references that are measured in the same run.

`python -m tests.bench` runs them (see `make bench`); the test suite runs every one at a tiny size.
"""
