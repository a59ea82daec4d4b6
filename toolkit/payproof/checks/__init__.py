"""payproof.checks"""
