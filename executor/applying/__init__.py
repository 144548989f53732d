"""How apply works inside. Start at ``flow``: it reads as the list of what is done, in order."""
