"""payproof.gateways"""
