"""payproof.report"""
