"""OpenAPI documents as operations: load, resolve, match, validate."""
