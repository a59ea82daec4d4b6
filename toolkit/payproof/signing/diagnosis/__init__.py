"""Why a signature does not verify: the nearest point of the recipe space that reproduces it."""
