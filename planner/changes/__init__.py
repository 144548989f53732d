"""What a diff is made of: who owns a table, and the steps for tables, seeds, transactions and queries."""
