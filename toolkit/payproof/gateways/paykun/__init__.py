"""payproof.gateways.paykun"""
