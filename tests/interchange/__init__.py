"""Other tools' files in, and plans out in their terms."""
