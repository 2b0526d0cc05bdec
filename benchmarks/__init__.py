"""Benchmarks: each prints a ratio to a named limit or peer, measured in one run, the two sides in turn (`make bench`)."""
