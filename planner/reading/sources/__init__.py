"""Where seed rows come from: one reader for each kind of file, all streamed, each row with its place."""
