"""Documentation that is generated from the specs, the rules and the commands."""
