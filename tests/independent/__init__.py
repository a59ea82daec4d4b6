"""Two gateway servers written from the reference alone, to check the toolkit against a second opinion.

Nothing here imports the toolkit or reads its specs, so an error of reading is unlikely to be made twice.
"""
