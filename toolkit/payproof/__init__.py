"""payproof: contract testing and signature compliance for payment gateway APIs."""

__version__ = "0.1.0"
