"""The eleven functions, one file each; ``executor.registry`` maps their names to them."""
