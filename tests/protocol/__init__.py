"""The protocol of the ledger as a small model, searched exhaustively."""
