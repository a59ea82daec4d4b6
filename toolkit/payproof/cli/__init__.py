"""payproof.cli"""
