"""The rules of drift, one module for each area; `payproof.drift.registry` finds them."""
