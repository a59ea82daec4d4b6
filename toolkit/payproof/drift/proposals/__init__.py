"""The smallest change of a spec for each kind of finding, by the keyword that it touches."""
