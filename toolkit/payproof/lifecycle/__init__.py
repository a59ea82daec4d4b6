"""payproof.lifecycle"""
