"""payproof.signing"""
