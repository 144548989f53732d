"""DynamoDB's own importers: what the executor makes of them."""
