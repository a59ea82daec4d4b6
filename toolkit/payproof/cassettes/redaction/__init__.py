"""Recordings without secrets and without people in them, still signed and still of the documented form."""
