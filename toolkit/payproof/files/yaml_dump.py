"""Data to YAML that reads the same under YAML 1.1 and YAML 1.2."""

from __future__ import annotations

from functools import cache
from typing import Any

from payproof.errors import UsageError


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


@cache
def _dumper() -> Any:
    import yaml

    from payproof.files.yaml_text import plain_scalar

    class Dumper(yaml.SafeDumper):
        """Repeats shared values, and quotes texts that a version of YAML reads as something else."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        try:
            ambiguous = not isinstance(plain_scalar(value), str)
        except ValueError:
            ambiguous = True
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if ambiguous else None)

    Dumper.add_representer(str, text)
    return Dumper
