"""Everything that prints. A view takes values and writes text or JSON; it decides nothing."""
