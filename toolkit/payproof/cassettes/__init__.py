"""payproof.cassettes"""
