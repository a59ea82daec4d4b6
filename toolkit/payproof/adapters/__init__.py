"""payproof.adapters"""
