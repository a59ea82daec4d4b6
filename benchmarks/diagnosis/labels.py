"""Which choices of the recipe space each label of the corpus stands for.

The corpus was labelled by people who did not know the toolkit's names. A label is met by any of the
choices listed; a choice that is listed for no label can never count as right.
"""

from __future__ import annotations

#: corpus `dimension/choice` -> names of choices here, `dimension/choice` where the dimension differs.
LABELS: dict[str, set[str]] = {
    "source/path-id-added": {"path-id-first", "path-id-last", "excluded/extra-field-included"},
    # JSON.stringify(JSON.parse(text)) also moves integer-like keys to the front.
    "body-text/reserialised-compact": {"reserialised-compact", "reserialised-compact-js-integer-first"},
    "body-text/base64-url": {"base64-url", "base64-url-unpadded"},
    "body-text/reserialised-sorted": {"reserialised-compact-sorted"},
    "body-text/reserialised-java-hashmap": {"reserialised-compact-java-hashmap"},
    "body-text/sorted-and-spaced": {"reserialised-spaced-sorted", "json-dumps-sorted"},
    "body-text/json-dumps-default": {"json-dumps"},
    "body-text/json-encode-default": {"json-encode"},
    "body-text/html-escaped": {"html-escaped", "html-escaped-gson"},
    "body-text/pretty-printed": {"pretty-2", "pretty-4", "pretty-php", "pretty-2-ascii", "pretty-4-ascii"},
    "body-text/empty-object-as-array": {"empty-object-as-array"},
    "body-text/empty-values-dropped": {"empty-values-dropped", "null-values-dropped", "php-empty-dropped"},
    "body-text/numbers-reprinted": {
        "numbers-javascript",
        "numbers-python",
        "numbers-float",
        "numbers-double",
        "numbers-php",
    },
    "body-text/base64-of-body": {"base64-of-body", "base64-plain"},
    "body-text/pretty-with-empty-arrays": {"pretty-php+empty-object-as-array"},
    "body-text/parsed-body-printed": {"object-object", "php-array", "python-repr", "java-string"},
    "body-text/bytes-printed": {"python-bytes", "node-buffer"},
    "body-text/body-not-read": {"undefined", "none", "nothing"},
    "body-text/body-not-parsed": {"empty-object"},
    "body-text/written-as-string": {"json-string", "json-string-ascii", "json-string-php"},
    "body-text/base64-76-columns": {
        "base64-lines",
        "base64-lines-stripped",
        "base64-crlf-lines",
        "base64-mime",
    },
    "parts/pairs": {"pairs", "pairs-as-query"},
    "parts/keys-included": {"names-and-values"},
    "order/sorted": {"bytes", "utf-16"},
    "order/locale-compare": {"natural"},
    "join/other-pair-separator": {"parts/other-pair-separator"},
    "nesting/skipped": {"skipped", "left-out"},
    "nesting/json-text": {"json-text", "json-spaced", "json-php"},
    "nesting/java-map-text": {"java-string"},
    "scalars/javascript": {"javascript"},
    "scalars/python": {"python"},
    "scalars/java": {"java", "java-double"},
    "scalars/json-text": {"as-sent"},
    "scalars/null-as-text": {"null-as-text-null", "null-as-text-none", "null-as-text-NULL"},
    "scalars/bool-as-text": {
        "bool-as-text",
        "bool-as-text-capital",
        "as-sent-null-empty",
        "javascript-null-empty",
    },
    "scalars/bool-as-digits": {"bool-as-digits", "digit-booleans"},
    "scalars/whole-as-float": {"whole-as-float", "java-numbers"},
    "scalars/falsy-blank": {"javascript-falsy-empty", "python-falsy-empty"},
    "scalars/number-in-text": {
        "number-text-javascript",
        "number-text-python-float",
        "number-text-java-double",
    },
    "scalars/number-in-text-two-decimals": {"number-text-two-decimals", "number-text-two-decimals-grouped"},
    "escaping/percent": {
        "percent",
        "percent-slash",
        "percent-component",
        "percent-uri",
        "percent-php",
        "percent-java",
        "percent-lower",
        "percent-lenient",
    },
    "escaping/percent-plus": {"percent-plus", "percent-php", "percent-java", "percent-plus-lower"},
    "escaping/html": {
        "html",
        "html-39",
        "html-x27",
        "html-no-quotes",
        "html-apostrophe-kept",
        "html-slashes",
    },
    "escaping/json": {"json-string", "json-string-ascii", "json-string-php", "text-edits/quoted-values"},
    "escaping/not-decoded": {"source/not-decoded"},
    "excluded/signature-type-included": {"unsigned-field-included"},
    "text-edits/trimmed": {"trim-values", "trim-body", "trim-text"},
    "text-edits/last-char-cut": {"cut-last-1"},
    "text-edits/last-two-cut": {"cut-last-2"},
    "text-edits/trailing-newline": {"trailing-newline"},
    "charset/utf-16": {"utf-16le", "utf-16be", "utf-16-bom", "utf-16le-bom"},
    "charset/bom": {"utf-8-bom"},
    "charset/utf-8-twice": {"double-utf-8"},
    "rounds/sha512": {"hmac-sha512"},
    "rounds/sha256": {"hmac-sha256"},
    "rounds/sha1": {"hmac-sha1"},
    "rounds/md5": {"hmac-md5"},
    "rounds/plain-hash": {"sha512", "sha256", "sha1", "md5"},
    "rounds/key-first-hash": {"sha512-key-first", "sha256-key-first"},
    "rounds/key-last-hash": {"sha512-key-last", "sha256-key-last"},
    "rounds/key-and-text-swapped": {"hmac-sha512-swapped", "hmac-sha256-swapped"},
    "key/as-text": {"text"},
    "key/hex-decoded": {"hex"},
    "key/base64-decoded": {"base64", "base64-loose"},
    "key/quoted": {"quoted", "single-quoted"},
    "key/byte-order-mark": {"leading-bom"},
    "key/prefix-stripped-base64-decoded": {"prefix-stripped-base64"},
    "key/lower-cased": {"lower-case"},
    "key/upper-cased": {"upper-case"},
    "output/hex": {"hex-lower", "hex-upper"},
    "output/hex-text-in-base64": {"hex-in-base64", "hex-upper-in-base64"},
    "output/base64url": {"base64url", "base64url-unpadded"},
}


def meets(label: str, dimension: str, choice: str) -> bool:
    """Say whether a cause the toolkit named is the one the label stands for."""
    allowed = LABELS.get(label, {label.partition("/")[2]})
    home = label.partition("/")[0]
    names = choice.split("+")
    return any(
        (f"{dimension}/{name}" in allowed) or (dimension == home and name in allowed)
        for name in (choice, *names)
    )
