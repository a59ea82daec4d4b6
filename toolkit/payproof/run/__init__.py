"""payproof.run"""
