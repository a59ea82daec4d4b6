"""Asks a server over HTTP, for the tests here: the status and the body read as JSON, for errors too."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

Answer = tuple[int, Any]


def ask(url: str, method: str = "GET", body: object = None, **headers: str) -> Answer:
    """Send one request.

    Args:
        body: Bytes go as they are, anything else as JSON.
        headers: An underscore in a name stands for a hyphen.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, bytes) else None
    if body is not None and data is None:
        data = json.dumps(body).encode()
        named.setdefault("Content-Type", "application/json")
    request = urllib.request.Request(url, data, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
