"""Recordings: read, write safely, redact, find again, lint, and build from documents."""
