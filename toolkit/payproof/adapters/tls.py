"""What went wrong where TLS begins, in words that say what can be done."""

from __future__ import annotations

import ssl

import httpcore


class TlsFailed(httpcore.ConnectError):
    """A connection was made, and TLS did not begin on it; the text says why."""


def why_of(error: Exception) -> str:
    """Say why a TLS handshake failed.

    Args:
        error: As httpcore raises it, what the socket said being its cause.
    """
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"TLS: the server's certificate is not trusted ({cause.verify_message})"
    if isinstance(cause, ssl.SSLError):
        reason = str(cause.reason or "no reason given").replace("_", " ").lower()
        return f"TLS: the handshake failed ({reason})"
    if isinstance(error, httpcore.TimeoutException):
        return "TLS: the handshake got no answer in time"
    return f"TLS: the connection was closed in the handshake ({type(cause).__name__})"
