"""Reports: SQL over what queries find, run by DuckDB in a process of its own that can reach nothing else."""
