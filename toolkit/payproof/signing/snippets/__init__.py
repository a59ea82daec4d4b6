"""Code for a signing scheme in other languages, generated from its recipe and run against the vectors."""
