"""payproof.gateways.plural"""
