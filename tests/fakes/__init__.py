"""Stand-ins for services that no engine plays."""
