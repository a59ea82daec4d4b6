"""payproof.simulator"""
