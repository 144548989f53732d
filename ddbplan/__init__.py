"""The command line of ddbplan: commands and views over ``planner`` and ``executor``."""
