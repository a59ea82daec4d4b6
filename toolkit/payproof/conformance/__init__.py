"""payproof.conformance"""
