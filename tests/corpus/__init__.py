"""Real definitions of tables that nobody here wrote: imported, applied, compared, exported and imported again."""
