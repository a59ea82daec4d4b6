"""Keys by role. A key never shows itself: not in `repr`, `str`, a traceback with locals, nor in an error."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from payproof.errors import KeyMaterialError
from payproof.signing.fields import bytes_of_text
from payproof.signing.key_forms import FORMS, BadKeyText

_SALT = os.urandom(16)


class SecretBytes(bytes):
    """Key bytes that mask themselves wherever a local variable is printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret bytes>"

    __str__ = __repr__


class SecretText(str):
    """A key's text that masks itself in `repr`; its value is only reached by using it as text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret text>"


class Key:
    """One secret of a role. It masks itself everywhere; only `material` gives its bytes."""

    __slots__ = ("_made", "_text", "role", "test")

    def __init__(self, text: str, *, role: str, test: bool = False) -> None:
        self._text = SecretText(text)
        self._made: dict[str, SecretBytes] = {}
        self.role, self.test = role, test

    def material(self, form: str = "text") -> SecretBytes:
        """Give the key's bytes in one form.

        Raises:
            KeyMaterialError: when the text does not have that form; the message shows none of it.
        """
        made = self._made.get(form)
        if made is None:
            try:
                made = SecretBytes(FORMS[form].run(self._text))
            except BadKeyText as error:
                raise KeyMaterialError(
                    f"the key {error}",
                    where=f"key role {self.role}",
                    hint="copy the key again from the gateway's dashboard, and check that it is this role's",
                ) from None
            self._made[form] = made
        return made

    @property
    def text(self) -> SecretText:
        """The key's text, for sending it as a credential or masking it; never for printing."""
        return self._text

    @property
    def fingerprint(self) -> str:
        """Eight hex digits, salted per run: tells two keys apart in one report and nothing else."""
        return hashlib.sha256(_SALT + bytes_of_text(self._text)).hexdigest()[:8]

    def __repr__(self) -> str:
        return f"<key {self.role} #{self.fingerprint}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.role == other.role and str.__eq__(self._text, other._text)

    def __hash__(self) -> int:
        return hash((self.role, self.fingerprint))

    def __reduce__(self) -> Any:
        raise TypeError("a key is not written anywhere")


class Keys(Mapping[str, tuple[Key, ...]]):
    """Keys by role; a role may hold several, the newest first, while keys are rotated."""

    __slots__ = ("_keys", "test")

    def __init__(self, keys: Mapping[str, Sequence[Key]], *, test: bool = False) -> None:
        self._keys = {role: tuple(row) for role, row in keys.items()}
        self.test = test

    @classmethod
    def of(cls, texts: Mapping[str, str | Sequence[str]], *, test: bool = False) -> Keys:
        """Make keys from texts by role; `test` marks keys whose signatures may be shown."""
        return cls(
            {
                role: [
                    Key(text, role=role, test=test) for text in ([value] if isinstance(value, str) else value)
                ]
                for role, value in texts.items()
            },
            test=test,
        )

    def __getitem__(self, role: str) -> tuple[Key, ...]:
        return self._keys[role]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def need(self, role: str) -> tuple[Key, ...]:
        """Give the keys of a role; raises KeyMaterialError that names the role when there is none."""
        found = self._keys.get(role)
        if not found:
            raise KeyMaterialError(
                f"there is no key of the role {role!r}",
                where="the keys given: " + (", ".join(self._keys) or "none"),
                hint=f"give it in the environment variable PAYPROOF_<GATEWAY>_{role.upper()} or ..._FILE",
            )
        return found

    def mask(self, text: str) -> str:
        """Replace every key's text of four or more characters by its role, unless these are test keys."""
        if self.test:
            return text
        for role, row in self._keys.items():
            for key in row:
                if len(key.text) >= 4:
                    text = text.replace(key.text, f"<{role}>")
        return text

    def __repr__(self) -> str:
        return f"<keys {', '.join(self._keys) or 'none'}>"
