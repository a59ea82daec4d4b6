"""A small signer for PayKun and Plural that makes the mistakes it is told to make, as Python code makes them.

Reads `{"jobs": [{"scheme", "message", "keys", "mistakes": [[name, ...], ...]}]}` on standard input and writes
`{"results": [[signature or null, ...], ...]}`; null means that this program cannot make that mistake.
With an empty list of mistakes it signs correctly. It knows nothing of payproof and shares no code with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import sys
import unicodedata
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

Pairs = list[tuple[str, Any]]
Job = dict[str, Any]

TABLE = """
source/body-instead-of-query source/query-instead-of-body source/query-and-body source/path-id-added
source/wrong-pointer source/envelope
body-text/reserialised-compact body-text/reserialised-spaced body-text/reserialised-sorted
body-text/sorted-and-spaced body-text/ascii-escaped body-text/json-dumps-default body-text/pretty-printed
body-text/base64-of-body body-text/base64-76-columns body-text/base64-url body-text/json-instead-of-base64
body-text/raw-body body-text/empty-values-dropped body-text/numbers-reprinted
body-text/parsed-body-printed body-text/bytes-printed body-text/body-not-read body-text/written-as-string
parts/pairs parts/keys-included parts/values parts/whole-body-text parts/id-left-out
parts/timestamp-left-out parts/body-only
order/as-sent order/sorted order/sorted-deep order/case-insensitive order/documented-table order/reversed
order/sorted-by-value order/parts-swapped
join/no-end join/no-trailing-separator join/between-only join/other-separator join/none
join/trailing-separator join/other-pair-separator
nesting/python-repr nesting/comma-joined nesting/json-text nesting/skipped
scalars/python scalars/null-as-text scalars/bool-as-text scalars/bool-as-digits scalars/whole-as-float
scalars/two-decimals scalars/falsy-blank scalars/number-in-text scalars/number-in-text-two-decimals
escaping/percent escaping/percent-plus escaping/html escaping/json escaping/not-decoded
excluded/signature-included excluded/signature-type-included excluded/empty-dropped excluded/null-dropped
excluded/php-empty-dropped excluded/field-left-out excluded/fields-left-out excluded/extra-field-included
text-edits/trimmed text-edits/last-char-cut text-edits/last-two-cut text-edits/trailing-newline
text-edits/crlf-to-lf
charset/latin-1 charset/utf-16 charset/nfd charset/bom charset/ascii-replace charset/utf-8-twice
rounds/sha512 rounds/sha256 rounds/sha1 rounds/md5 rounds/plain-hash rounds/key-first-hash
rounds/key-last-hash rounds/key-and-text-swapped rounds/single-round-inner rounds/single-round-outer
rounds/rounds-swapped rounds/inner-raw-digest
key/other-role key/other-environment key/as-text key/hex-decoded key/base64-decoded key/base64-text
key/trailing-newline key/trailing-cr key/byte-order-mark key/leading-space key/trailing-space key/quoted
key/prefix-stripped key/empty
key/prefix-stripped-base64-decoded key/lower-cased key/upper-cased
output/base64 output/base64url output/base64-unpadded output/hex output/hex-upper output/hex-lower
output/hex-text-in-base64 output/prefix-missing output/prefix-equals
timing/timestamp-in-ms timing/timestamp-in-seconds timing/timestamp-of-earlier-delivery
timing/id-of-earlier-delivery
envelope/mac-over-value-only envelope/mac-over-raw-bytes envelope/mac-value-before-iv
envelope/mac-key-hex-decoded envelope/mac-upper-case envelope/mac-sha512 envelope/mac-base64
envelope/mac-missing envelope/mac-key-other-role envelope/aes-key-hex-decoded envelope/aes-key-sha256
envelope/aes-ecb envelope/length-in-characters envelope/last-two-cut envelope/terminator-kept
envelope/not-php-serialised envelope/iv-12-bytes envelope/iv-missing envelope/iv-hex
envelope/not-base64-wrapped envelope/base64-url-wrapped envelope/bad-base64 envelope/zero-padding
envelope/value-hex envelope/value-base64-twice envelope/query-string-plaintext envelope/json-plaintext
"""
MISTAKES = frozenset(TABLE.split())

KEY_ROLE = {
    "paykun.request": "encryption_key",
    "paykun.response": "encryption_key",
    "paykun.webhook": "encryption_key",
    "paykun.checkout": "encryption_key",
    "paykun.mobile": "access_token",
    "plural.webhook": "webhook_secret",
    "plural.callback": "callback_secret",
    "plural.v2-xverify": "v2_secret",
    "plural.v2-xverify-webhook": "v2_secret",
    "plural.v2-kv": "v2_secret",
}
HEX_KEY = {"plural.callback", "plural.v2-xverify", "plural.v2-xverify-webhook", "plural.v2-kv"}
SIGNATURE_FIELDS = {"signature", "dia_secret", "ppc_DIA_SECRET"}
TYPE_FIELDS = {"dia_secret_type", "ppc_DIA_SECRET_TYPE"}
DOCUMENTED_TABLE = """
refund_amount remarks page_number limit status start_date end_date failure_url success_url amount currency
payment_for for_single_customer customer_email customer_mono customer_fname customer_lname notify_by_email
notify_by_sms can_expire expiry_date receipt_no note
"""
DOCUMENTED = DOCUMENTED_TABLE.split()


class Mistakes:
    """The mistakes to make in this run."""

    def __init__(self, names: list[str]) -> None:
        self.values = dict(name.partition("=")[::2] for name in names)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def value(self, name: str, default: str) -> str:
        return self.values[name] or default if name in self.values else default

    def of(self, dimension: str) -> str | None:
        found = [name for name in self.values if name.startswith(dimension + "/")]
        return found[0].partition("/")[2] if found else None


class Request:
    def __init__(self, message: dict[str, Any]) -> None:
        self.method: str = message["method"]
        parts = urlsplit(message["target"])
        self.path, self.query = parts.path, parts.query
        self.headers = {name.lower(): value for name, value in message["headers"]}
        self.body = base64.b64decode(message["body_base64"])

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def is_form(self) -> bool:
        return "x-www-form-urlencoded" in self.headers.get("content-type", "")

    def form_pairs(self, text: str, wrong: Mistakes) -> Pairs:
        if "escaping/not-decoded" in wrong:
            return [item.partition("=")[::2] for item in text.split("&") if item]
        return list(parse_qsl(text, keep_blank_values="excluded/empty-dropped" not in wrong))

    def query_pairs(self, wrong: Mistakes) -> Pairs:
        return self.form_pairs(self.query, wrong)

    def body_pairs(self, wrong: Mistakes) -> Pairs:
        if not self.body:
            return []
        if self.is_form:
            return self.form_pairs(self.text, wrong)
        return list(json.loads(self.body).items())


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def prune(value: Any) -> Any:
    """Drop empty values, as the SDKs of the older generation do before they encode."""
    if isinstance(value, dict):
        return {key: prune(inner) for key, inner in value.items() if inner not in ("", None, [], {})}
    return value


def all_floats(text: str) -> Any:
    return json.loads(text, parse_int=float)


def reserialise(text: str, wrong: Mistakes) -> str:
    choice = wrong.of("body-text")
    if choice in ("reserialised-compact", "numbers-reprinted"):
        return compact(json.loads(text) if choice == "reserialised-compact" else all_floats(text))
    if choice == "reserialised-spaced":
        return json.dumps(json.loads(text), ensure_ascii=False)
    if choice == "reserialised-sorted":
        return json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if choice == "sorted-and-spaced":
        return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    if choice == "ascii-escaped":
        return json.dumps(json.loads(text), separators=(",", ":"))
    if choice == "json-dumps-default":
        return json.dumps(json.loads(text))
    if choice == "pretty-printed":
        return json.dumps(
            json.loads(text), indent=int(wrong.value("body-text/pretty-printed", "2")), ensure_ascii=False
        )
    if choice == "empty-values-dropped":
        return compact(prune(json.loads(text)))
    if choice == "parsed-body-printed":
        return f"{json.loads(text)}"
    if choice == "bytes-printed":
        return f"{text.encode()}"
    if choice == "body-not-read":
        return f"{None}"
    if choice == "written-as-string":
        return json.dumps(text)
    return text


def php_text(value: Any) -> str:
    """What PHP's string conversion gives: the rule that the documents imply."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def scalar(value: Any, wrong: Mistakes) -> str:
    choice = wrong.of("scalars")
    if isinstance(value, str):
        return escape(value.strip() if "text-edits/trimmed" in wrong else value, wrong)
    if choice == "python":
        return str(value)
    if choice == "falsy-blank":
        return str(value or "")
    if choice == "null-as-text" and value is None:
        return str(value)
    if choice == "bool-as-text" and isinstance(value, bool):
        return str(value).lower()
    if choice == "bool-as-digits" and isinstance(value, bool):
        return str(int(value))
    if choice == "whole-as-float" and isinstance(value, int) and not isinstance(value, bool):
        return str(float(value))
    if choice == "two-decimals" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.2f}"
    return php_text(value)


def escape(text: str, wrong: Mistakes) -> str:
    choice = wrong.of("escaping")
    if choice == "percent":
        safe = {"": "", "keep-slash": "/", "sdk": "/: =*"}[wrong.value("escaping/percent", "")]
        return quote(text, safe=safe)
    if choice == "percent-plus":
        return quote_plus(text)
    if choice == "html":
        return html.escape(text)
    if choice == "json":
        return json.dumps(text)
    return text


def amount_text(value: str, wrong: Mistakes) -> str:
    match wrong.of("scalars"):
        case "number-in-text":
            return str(float(value))
        case "number-in-text-two-decimals":
            return f"{float(value):.2f}"
    return value


def flatten(pairs: Pairs, wrong: Mistakes) -> list[tuple[str, str]]:
    segments: list[tuple[str, str]] = []
    for name, value in pairs:
        if "amount" in name and isinstance(value, str):
            value = amount_text(value, wrong)
        if not isinstance(value, dict | list):
            segments.append((name, scalar(value, wrong)))
            continue
        inner = list(value.items()) if isinstance(value, dict) else [(str(i), v) for i, v in enumerate(value)]
        match wrong.of("nesting"):
            case "python-repr":
                segments.append((name, str(value)))
            case "comma-joined":
                segments.append((name, ",".join(text for _, text in flatten(inner, wrong))))
            case "json-text":
                segments.append((name, compact(value)))
            case "skipped":
                pass
            case _:
                segments.extend(flatten(inner, wrong))
    return segments


def deep_sorted(value: Any) -> Any:
    return {key: deep_sorted(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def exclude(pairs: Pairs, wrong: Mistakes) -> Pairs:
    kept: Pairs = []
    left_out = wrong.value("excluded/field-left-out", "")
    for name, value in pairs:
        if name in SIGNATURE_FIELDS:
            if "excluded/signature-included" in wrong:
                kept.append((name, ""))  # the field is there already, still empty
            continue
        if name in TYPE_FIELDS and "excluded/signature-type-included" not in wrong:
            continue
        if name == left_out:
            continue
        if name.startswith(wrong.value("excluded/fields-left-out", "\0")):
            continue
        if "excluded/empty-dropped" in wrong and value in ("", None):
            continue
        php_empty = not isinstance(value, dict | list) and value in ("", "0", 0, None, False)
        if "excluded/php-empty-dropped" in wrong and php_empty:
            continue
        if "excluded/null-dropped" in wrong and value is None:
            continue
        kept.append((name, value))
    return kept


def reorder(pairs: Pairs, wrong: Mistakes, default: str) -> Pairs:
    match wrong.of("order") or default:
        case "sorted":
            return sorted(pairs, key=lambda pair: pair[0])
        case "sorted-deep":
            return list(deep_sorted(dict(pairs)).items())
        case "case-insensitive":
            return sorted(pairs, key=lambda pair: pair[0].lower())
        case "documented-table":
            known = [pair for name in DOCUMENTED for pair in pairs if pair[0] == name]
            return known + [pair for pair in pairs if pair[0] not in DOCUMENTED]
        case "reversed":
            return pairs[::-1]
        case "sorted-by-value":
            return sorted(pairs, key=lambda pair: str(pair[1]))
    return pairs


def follow(document: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        document = document.get(step, {}) if isinstance(document, dict) else {}
    return document


def values_text(scheme: str, request: Request, wrong: Mistakes) -> str:
    """PayKun: each value and a bar, then a hash sign; the mobile SDK simply runs the values together."""
    pairs: Pairs
    if scheme == "paykun.request":
        use_query = request.method == "GET"
        if "source/body-instead-of-query" in wrong or "source/query-instead-of-body" in wrong:
            use_query = not use_query
        pairs = request.query_pairs(wrong) if use_query else request.body_pairs(wrong)
        if "source/query-and-body" in wrong:
            pairs = request.query_pairs(wrong) + request.body_pairs(wrong)
    elif scheme == "paykun.mobile":
        pairs = request.body_pairs(wrong)
    else:
        document = json.loads(request.body)
        home = "/data/transaction" if scheme == "paykun.response" else "/transaction"
        follow(document, home).pop("signature", None)
        pointer = wrong.value("source/wrong-pointer", home)
        if "source/envelope" in wrong:
            pointer = ""
        pairs = list(follow(document, pointer).items())
        if "excluded/signature-included" in wrong:
            pairs.append(("signature", ""))
    pairs = exclude(pairs, wrong)
    if "source/path-id-added" in wrong:
        ids = [step for step in request.path.split("/") if step[:1].isdigit()]
        at = 0 if wrong.value("source/path-id-added", "first") == "first" else len(pairs)
        pairs.insert(at, ("id", ids[-1]))
    if "excluded/extra-field-included" in wrong:
        name = wrong.value("excluded/extra-field-included", "MerchantId")
        pairs.append((name, request.headers[name.lower()]))
    pairs = reorder(pairs, wrong, "as-sent")
    if "parts/whole-body-text" in wrong:
        return reserialise(compact(dict(pairs)), wrong)
    segments = flatten(pairs, wrong)
    equals = wrong.value("join/other-pair-separator", "=")
    mobile = scheme == "paykun.mobile"
    separator = wrong.value("join/other-separator", "" if mobile else "|")
    if "join/none" in wrong:
        separator = ""
    match wrong.of("parts"):
        case "pairs":
            items = [name + equals + text for name, text in segments]
        case "keys-included":
            items = [name + separator + text for name, text in segments]
        case _:
            items = [text for _, text in segments]
    match wrong.of("join"):
        case "no-end":
            return "".join(item + separator for item in items)
        case "no-trailing-separator":
            return separator.join(items) + "#"
        case "between-only":
            return separator.join(items)
    return separator.join(items) if mobile else "".join(item + separator for item in items) + "#"


def pairs_text(request: Request, wrong: Mistakes) -> str:
    """Plural: sorted key=value pairs with an ampersand between them."""
    use_body = request.method == "POST"
    if "source/body-instead-of-query" in wrong or "source/query-instead-of-body" in wrong:
        use_body = not use_body
    pairs = request.body_pairs(wrong) if use_body else request.query_pairs(wrong)
    if "source/query-and-body" in wrong:
        pairs = request.query_pairs(wrong) + request.body_pairs(wrong)
    pairs = reorder(exclude(pairs, wrong), wrong, "sorted")
    equals = wrong.value("join/other-pair-separator", "=")
    separator = wrong.value("join/other-separator", "" if "join/none" in wrong else "&")
    segments = flatten(pairs, wrong)
    if "parts/values" in wrong:
        items = [text for _, text in segments]
    elif "parts/keys-included" in wrong:
        items = [name + separator + text for name, text in segments]
    else:
        items = [name + equals + text for name, text in segments]
    return separator.join(items) + (separator if "join/trailing-separator" in wrong else "")


def body_text(scheme: str, request: Request, earlier: dict[str, str], wrong: Mistakes) -> str:
    """Plural: the whole body, as it is or in Base64."""
    text = request.text
    if scheme == "plural.v2-xverify":
        if "source/envelope" in wrong:
            return text
        encoded: str = json.loads(text)["request"]
        choice = wrong.of("body-text")
        if choice is None:
            return encoded
        inner = base64.b64decode(encoded).decode("utf-8")
        if choice == "json-instead-of-base64":
            return inner
        if choice == "base64-of-body":
            return base64.b64encode(encoded.encode()).decode()
        return wrap_base64(reserialise(inner, wrong), choice)
    if "source/wrong-pointer" in wrong:
        text = compact(follow(json.loads(text), wrong.value("source/wrong-pointer", "/data")))
    if scheme == "plural.v2-xverify-webhook":
        choice = wrong.of("body-text") or ""
        if choice == "raw-body":
            return base64.b64encode(text.encode()).decode()
        text = compact(json.loads(text))
        if choice == "json-instead-of-base64":
            return text
        return wrap_base64(reserialise(text, wrong), choice)
    if "body-text/base64-of-body" in wrong:
        text = base64.b64encode(text.encode()).decode()
    text = reserialise(text, wrong)
    if "text-edits/trimmed" in wrong:
        text = text.strip()
    ident, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    if "timing/timestamp-in-ms" in wrong:
        stamp = str(int(stamp) * 1000)
    if "timing/timestamp-of-earlier-delivery" in wrong:
        stamp = earlier["webhook-timestamp"]
    if "timing/id-of-earlier-delivery" in wrong:
        ident = earlier["webhook-id"]
    parts = [ident, stamp, text]
    match wrong.of("parts"):
        case "id-left-out":
            parts = [stamp, text]
        case "timestamp-left-out":
            parts = [ident, text]
        case "body-only":
            parts = [text]
    if "order/parts-swapped" in wrong:
        parts = [stamp, ident, text]
    return wrong.value("join/other-separator", "" if "join/none" in wrong else ".").join(parts)


def wrap_base64(text: str, choice: str) -> str:
    if choice == "base64-76-columns":
        return base64.encodebytes(text.encode()).decode()
    if choice == "base64-url":
        return base64.urlsafe_b64encode(text.encode()).decode()
    return base64.b64encode(text.encode()).decode()


def edit(text: str, wrong: Mistakes) -> str:
    match wrong.of("text-edits"):
        case "last-char-cut":
            return text[:-1]
        case "last-two-cut":
            return text[:-2]
        case "trailing-newline":
            return text + "\n"
        case "crlf-to-lf":
            return text.replace("\r\n", "\n")
    return text


def encode(text: str, wrong: Mistakes) -> bytes:
    match wrong.of("charset"):
        case "latin-1":
            return text.encode("latin-1")
        case "utf-16":
            return text.encode("utf-16")
        case "nfd":
            return unicodedata.normalize("NFD", text).encode()
        case "bom":
            return text.encode("utf-8-sig")
        case "ascii-replace":
            return text.encode("ascii", "replace")
        case "utf-8-twice":
            return text.encode().decode("latin-1").encode()
    return text.encode()


def key_bytes(scheme: str, keys: dict[str, str], wrong: Mistakes) -> bytes:
    role = KEY_ROLE[scheme]
    if "key/other-role" in wrong:
        role = wrong.value("key/other-role", role)
    if "key/other-environment" in wrong:
        role = "sandbox." + role
    text = keys[role]
    form = "hex" if scheme in HEX_KEY else "text"
    match wrong.of("key"):
        case "empty":
            return b""
        case "trailing-newline":
            text += "\n"
        case "trailing-cr":
            text += "\r"
        case "byte-order-mark":
            text = "\ufeff" + text
        case "leading-space":
            text = " " + text
        case "trailing-space":
            text += " "
        case "quoted":
            text = f'"{text}"'
        case "lower-cased":
            text = text.lower()
        case "upper-cased":
            text = text.upper()
        case "prefix-stripped":
            text = text.removeprefix("whsec_")
        case "prefix-stripped-base64-decoded":
            return base64.b64decode(text.removeprefix("whsec_"))
        case "as-text":
            form = "text"
        case "hex-decoded":
            form = "hex"
        case "base64-decoded":
            return base64.b64decode(text)
        case "base64-text":
            return base64.b64encode(text.encode())
    return bytes.fromhex(text) if form == "hex" else text.encode()


def digest(scheme: str, key: bytes, text: bytes, request: Request, wrong: Mistakes) -> bytes:
    name = "sha256" if scheme.startswith("plural.") or scheme == "paykun.mobile" else "sha512"
    choice = wrong.of("rounds")
    if choice in ("sha512", "sha256", "sha1", "md5"):
        name = choice
    if scheme == "paykun.mobile":
        stamp = str(json.loads(request.body)["timestamp"])
        if "timing/timestamp-in-seconds" in wrong:
            stamp = str(int(stamp) // 1000)
        inner_key, outer_key = stamp.encode(), key
        if choice == "rounds-swapped":
            inner_key, outer_key = outer_key, inner_key
        if choice == "single-round-outer":
            return hmac.new(outer_key, text, name).digest()
        inner = hmac.new(inner_key, text, name)
        if choice == "single-round-inner":
            return inner.digest()
        middle = inner.digest() if choice == "inner-raw-digest" else inner.hexdigest().encode()
        return hmac.new(outer_key, middle, name).digest()
    match choice:
        case "plain-hash":
            return hashlib.new(name, text).digest()
        case "key-first-hash":
            return hashlib.new(name, key + text).digest()
        case "key-last-hash":
            return hashlib.new(name, text + key).digest()
        case "key-and-text-swapped":
            return hmac.new(text, key, name).digest()
    return hmac.new(key, text, name).digest()


def written(scheme: str, raw: bytes, wrong: Mistakes) -> str:
    webhook = scheme == "plural.webhook"
    default = "base64" if webhook else "hex-upper" if scheme.startswith("plural.") else "hex-lower"
    choice = wrong.of("output") or default
    match choice:
        case "hex-upper":
            text = raw.hex().upper()
        case "hex" | "hex-lower":
            text = raw.hex()
        case "base64url":
            text = base64.urlsafe_b64encode(raw).decode()
        case "base64-unpadded":
            text = base64.b64encode(raw).decode().rstrip("=")
        case "hex-text-in-base64":
            text = base64.b64encode(raw.hex().encode()).decode()
        case "base64" | "prefix-missing" | "prefix-equals":
            text = base64.b64encode(raw).decode()
        case _:
            raise ValueError(choice)
    if not webhook or choice == "prefix-missing":
        return text
    return ("v1=" if choice == "prefix-equals" else "v1,") + text


def sign(job: Job, names: list[str]) -> str:
    wrong, scheme = Mistakes(names), job["scheme"]
    request = Request(job["message"])
    if scheme in ("plural.callback", "plural.v2-kv"):
        text = pairs_text(request, wrong)
    elif scheme.startswith("plural."):
        text = body_text(scheme, request, dict(job.get("earlier") or []), wrong)
    else:
        text = values_text(scheme, request, wrong)
    key = key_bytes(scheme, job["keys"], wrong)
    raw = digest(scheme, key, encode(edit(text, wrong), wrong), request, wrong)
    return written(scheme, raw, wrong)


def envelope(job: Job, names: list[str]) -> str:
    """Encrypt an order for the hosted checkout and give the text of `encrypted_request`."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    wrong, secret = Mistakes(names), job["keys"]["encryption_key"]
    fields = {name: job["fields"][name] for name in sorted(job["fields"])}
    iv = base64.b64decode(job["iv_base64"])
    text = ";".join(f"{name}::{value}" for name, value in fields.items())
    if "envelope/query-string-plaintext" in wrong:
        text = "&".join(f"{name}={quote(value)}" for name, value in fields.items())
    if "envelope/json-plaintext" in wrong:
        text = json.dumps(fields)
    if "envelope/terminator-kept" in wrong:
        text += ";"
    if "envelope/last-two-cut" in wrong:
        text = (text + ";")[:-2]
    if "envelope/not-php-serialised" not in wrong:
        length = len(text) if "envelope/length-in-characters" in wrong else len(text.encode())
        text = f's:{length}:"{text}";'
    plain = text.encode()
    missing = 16 - len(plain) % 16
    plain += b"\0" * (missing % 16) if "envelope/zero-padding" in wrong else bytes([missing]) * missing
    aes_key = secret.encode()
    if "envelope/aes-key-hex-decoded" in wrong:
        aes_key = bytes.fromhex(secret)
    if "envelope/aes-key-sha256" in wrong:
        aes_key = hashlib.sha256(secret.encode()).digest()
    mode = modes.ECB() if "envelope/aes-ecb" in wrong else modes.CBC(iv)
    encryptor = Cipher(algorithms.AES(aes_key), mode).encryptor()
    raw_value = encryptor.update(plain) + encryptor.finalize()
    if "envelope/iv-12-bytes" in wrong:
        iv = iv[:12]
    iv_text = iv.hex() if "envelope/iv-hex" in wrong else base64.b64encode(iv).decode()
    value = raw_value.hex() if "envelope/value-hex" in wrong else base64.b64encode(raw_value).decode()
    if "envelope/value-base64-twice" in wrong:
        value = base64.b64encode(value.encode()).decode()
    covered = (iv_text + value).encode()
    if "envelope/mac-over-value-only" in wrong:
        covered = value.encode()
    if "envelope/mac-over-raw-bytes" in wrong:
        covered = iv + raw_value
    if "envelope/mac-value-before-iv" in wrong:
        covered = (value + iv_text).encode()
    mac_key = secret.encode()
    if "envelope/mac-key-hex-decoded" in wrong:
        mac_key = bytes.fromhex(secret)
    if "envelope/mac-key-other-role" in wrong:
        mac_key = job["keys"]["access_token"].encode()
    mac = hmac.new(mac_key, covered, "sha512" if "envelope/mac-sha512" in wrong else "sha256")
    mac_text = mac.hexdigest()
    if "envelope/mac-upper-case" in wrong:
        mac_text = mac_text.upper()
    if "envelope/mac-base64" in wrong:
        mac_text = base64.b64encode(mac.digest()).decode()
    record = {"iv": iv_text, "value": value, "mac": mac_text}
    if "envelope/iv-missing" in wrong:
        del record["iv"]
    if "envelope/mac-missing" in wrong:
        del record["mac"]
    packed = json.dumps(record).encode()
    if "envelope/not-base64-wrapped" in wrong:
        return packed.decode()
    if "envelope/base64-url-wrapped" in wrong:
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")
    wrapped = base64.b64encode(packed).decode()
    return wrapped[:-5] if "envelope/bad-base64" in wrong else wrapped


def attempt(job: Job, names: list[str]) -> str | None:
    if any(name.partition("=")[0] not in MISTAKES for name in names):
        return None
    try:
        return envelope(job, names) if job["scheme"] == "paykun.checkout" else sign(job, names)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        return None  # this program stops with an exception here and signs nothing


def main() -> None:
    jobs = json.load(sys.stdin)["jobs"]
    results = [[attempt(job, names) for names in job["mistakes"]] for job in jobs]
    json.dump({"language": f"Python {sys.version.split()[0]}", "results": results}, sys.stdout)


if __name__ == "__main__":
    main()
