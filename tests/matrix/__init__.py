"""Ordered pairs of small changes of one table, and another tool's acceptance tests: applied, then no difference."""
