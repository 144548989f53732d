"""The ledger: one DynamoDB table in which applies are recorded. Its entries: the README beside this."""
