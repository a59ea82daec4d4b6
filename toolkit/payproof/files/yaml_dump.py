"""Data to YAML that reads the same under YAML 1.1 and YAML 1.2."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from payproof.errors import UsageError
from payproof.files.yaml_text import plain_scalar

_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def dump_yaml(data: Any) -> str:
    """Give YAML text of plain data, keys in their order.

    Raises:
        UsageError: It holds something that YAML cannot carry, such as half a surrogate pair or an object.
    """
    import yaml

    try:
        return str(
            yaml.dump(
                data,
                Dumper=_dumper(),
                sort_keys=False,
                allow_unicode=True,
                width=110,
                default_flow_style=False,
            )
        )
    except (yaml.YAMLError, UnicodeError, RecursionError):
        raise UsageError(
            "this data cannot be written as YAML", where="data", hint="use plain, finite values"
        ) from None


def dump_yaml_stream(data: Any) -> str:
    """Give YAML text of plain data and bytes (`!!binary`) by libyaml, keys in their order; it reads the same
    under YAML 1.1, which is what other readers of cassettes use."""
    import yaml

    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(data, Dumper=dumper, sort_keys=False, allow_unicode=True, width=110))


@cache
def _dumper() -> Any:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Repeats shared values, and takes nothing that JSON does not have."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        value.encode()  # half a surrogate pair would be written, and refused when read
        return dumper.represent_scalar(
            "tag:yaml.org,2002:str", value, style='"' if _needs_quotes(value) else None
        )

    def number(dumper: Any, value: float) -> Any:
        if not math.isfinite(value):
            raise yaml.YAMLError("not finite")
        return dumper.represent_float(value)

    rows: dict[Any, Any] = {
        **{kind: Dumper.yaml_representers[kind] for kind in (type(None), bool, int, dict, list, tuple)},
        str: text,
        float: number,
        None: yaml.SafeDumper.represent_undefined,
    }
    Dumper.yaml_representers = rows
    return Dumper


def _needs_quotes(text: str) -> bool:
    """Say whether a version of YAML reads the bare text as something else, or drops part of it."""
    if _SPECIAL.search(text):
        return True
    try:
        return not isinstance(plain_scalar(text), str)
    except ValueError:
        return True
