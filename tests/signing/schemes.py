"""The schemes of both gateways in the spec's vocabulary, for tests of the engine alone.

The engine's tests must not depend on what `openapi/` says today; a test in `test_scheme.py` holds the
documents' schemes to the same vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PAYKUN: dict[str, Any] = {
    "kind": "signature",
    "parts": "values",
    "order": "as-sent",
    "join": {"after": "|", "end": "#"},
    "nesting": {"depth": 1, "beyond": "inner-values"},
    "scalars": {"preset": "php", "x-evidence": "unknown"},
    "exclude": {"names": ["signature"]},
    "digest": "hmac-sha512",
    "key": {"role": "encryption_key", "form": "text"},
    "text": "hex-lower",
    "carry": {"field": "signature"},
    "x-evidence": "documented",
}
_V2: dict[str, Any] = {
    "kind": "signature",
    "digest": "hmac-sha256",
    "key": {"role": "v2_secret", "form": "hex"},
    "text": "hex-upper",
    "accept": {"case": "insensitive"},
    "x-evidence": "documented",
}
_PAIRS: dict[str, Any] = {"parts": "pairs", "pair": "=", "order": "bytes", "join": {"between": "&"}}

SCHEMES: Mapping[str, Mapping[str, Any]] = {
    "paykun.request": {**_PAYKUN, "source": "body"},
    "paykun.response": {**_PAYKUN, "source": {"body": "/data/transaction"}},
    "paykun.webhook": {**_PAYKUN, "source": {"body": "/transaction"}},
    "paykun.mobile": {
        **_PAYKUN,
        "source": "body",
        "join": "none",
        "rounds": [
            {"digest": "hmac-sha256", "key": {"field": "timestamp"}, "text": "hex-lower"},
            {"digest": "hmac-sha256", "key": {"role": "access_token"}, "text": "hex-lower"},
        ],
    },
    "paykun.checkout": {
        "kind": "envelope",
        "source": {"form": "encrypted_request"},
        "plaintext": {
            "parts": "pairs",
            "pair": "::",
            "join": {"between": ";"},
            "order": "bytes",
            "exclude": {"drop": "empty"},
        },
        "serialise": "php-string",
        "cipher": "aes-256-cbc",
        "mac": {"digest": "hmac-sha256", "over": ["iv", "value"], "text": "hex-lower"},
        "key": {"role": "encryption_key", "form": "text"},
        "json": "compact",
        "x-evidence": "sdk",
    },
    "plural.webhook": {
        "kind": "signature",
        "source": "body",
        "parts": {"list": [{"header": "webhook-id"}, {"header": "webhook-timestamp"}, "body"]},
        "join": {"between": "."},
        "digest": "hmac-sha256",
        "key": {"role": "webhook_secret", "form": "text"},
        "text": "base64",
        "prefix": "v1,",
        "accept": {"separator": " ", "freshness": {"header": "webhook-timestamp", "tolerance_s": 300}},
        "carry": {"header": "webhook-signature"},
        "x-evidence": "documented",
    },
    "plural.callback": {
        **_V2,
        **_PAIRS,
        "source": "return-url",
        "exclude": {"names": ["signature"]},
        "key": {"role": "callback_secret", "form": "hex"},
        "carry": {"field": "signature"},
    },
    "plural.v2-xverify": {
        **_V2,
        "source": "body",
        "parts": {"list": [{"field": "request"}]},
        "carry": {"header": "X-VERIFY"},
    },
    "plural.v2-xverify-webhook": {
        **_V2,
        "source": "body",
        "parts": "text",
        "body-text": {"json": {"separators": "compact"}, "base64": "plain"},
        "carry": {"header": "X-VERIFY"},
    },
    "plural.v2-kv": {
        **_V2,
        **_PAIRS,
        "source": "form",
        "exclude": {"names": ["ppc_DIA_SECRET", "ppc_DIA_SECRET_TYPE", "dia_secret", "dia_secret_type"]},
        "carry": {"field": "ppc_DIA_SECRET"},
    },
    "plural.v2-kv-return": {
        **_V2,
        **_PAIRS,
        "source": "return-url",
        "exclude": {"names": ["ppc_DIA_SECRET", "ppc_DIA_SECRET_TYPE", "dia_secret", "dia_secret_type"]},
        "carry": {"field": "dia_secret"},
    },
}
