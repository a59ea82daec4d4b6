"""The Gateway record that ties one gateway together, and where gateways are found.

A gateway is two folders of one name: `openapi/NAME/` (openapi.yaml, testbed.yaml) and, for what cannot be
data, `gateways/NAME/` (behaviours.py and, where money rules need code, invariants.py). They are looked for in

1. each root that the caller gives, as ROOT/openapi/NAME and ROOT/gateways/NAME: a gateway outside this
   project needs nothing more;
2. what installed distributions offer in the entry-point group `payproof.gateways`: the name of the gateway,
   and a module or a function whose `root` or result is such a ROOT;
3. this project: the checkout's openapi/, else the copy inside the installed package.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from payproof.errors import UsageError
from payproof.simulator.catalogue import chosen, generated, rows
from payproof.simulator.defects import Defect
from payproof.simulator.engine import Simulator
from payproof.simulator.protocol import Behaviours
from payproof.spec import Spec
from payproof.spec import load as load_spec
from payproof.spec.testbed import Testbed, load_testbed

GROUP = "payproof.gateways"
NAME = re.compile(r"[a-z0-9_-]{1,64}")
_PACKAGE = Path(__file__).resolve().parent

BehavioursFactory = Callable[[Spec], Behaviours]


@dataclass(frozen=True)
class Gateway:
    """Everything that belongs to one gateway.

    Args:
        name: The folder's name.
        spec: Its OpenAPI document.
        testbed: The system under test that its testbed.yaml describes: the sandbox.
        behaviours: Makes the sandbox's own code; None for a gateway without behaviours.py.
        invariants: The module of its money rules; None when it has none.
        openapi: The folder with openapi.yaml.
    """

    name: str
    spec: Spec
    testbed: Testbed
    behaviours: BehavioursFactory | None
    invariants: ModuleType | None
    openapi: Path
    _code: Path | None = field(default=None, repr=False)

    def simulator(
        self,
        *,
        testbed: Testbed | None = None,
        switches: Mapping[str, str] | None = None,
        defects: Sequence[str | Defect] = (),
        seed: int = 0,
    ) -> Simulator:
        """Give a sandbox of this gateway in its first state.

        Raises:
            UsageError: when the gateway has no behaviours, or a switch, setting or defect is unknown.
        """
        if self.behaviours is None:
            raise UsageError(
                f"{self.name} has no sandbox: there is no gateways/{self.name}/behaviours.py",
                where=f"gateway {self.name}",
                hint="write one with a function create(spec), or check a running server with --url",
            )
        return Simulator(
            self.spec,
            self.behaviours(self.spec),
            testbed or self.testbed,
            switches=switches,
            defects=defects,
            seed=seed,
        )

    def defects(self, *, every: bool = False) -> list[Defect]:
        """Give the hand-written defects of its sandbox, and with `every` those made from its spec too."""
        shown = [one for one in rows(self.name) if one.can_show(self.spec)]
        return shown + (generated(self.spec) if every else [])

    def defect(self, name: str) -> Defect:
        """Give one defect by name; raises UsageError with the nearest names when there is none."""
        return chosen([name], self.spec)[0]


def names(roots: Sequence[Path] = ()) -> list[str]:
    """Give the names of all gateways that `load` finds, sorted."""
    found = {
        folder.name
        for parent in [*(root / "openapi" for root in _all_roots(roots)), _own_openapi()]
        if parent.is_dir()
        for folder in parent.iterdir()
        if NAME.fullmatch(folder.name) and (folder / "openapi.yaml").is_file()
    }
    return sorted(found)


def load(name: str, roots: Sequence[Path] = ()) -> Gateway:
    """Give a gateway by name.

    Args:
        name: `[a-z0-9_-]+`.
        roots: Folders that hold openapi/NAME and gateways/NAME, looked at first, in order.

    Raises:
        UsageError: when there is no gateway of that name.
        SpecError: when its document or testbed does not hold together.
    """
    if not NAME.fullmatch(name):
        raise UsageError("this is no gateway's name", where="gateway", hint="use a-z, 0-9, - and _ only")
    for root in _all_roots(roots):
        openapi = _inside(root / "openapi", name)
        if openapi is not None:
            return _gateway(name, openapi, _inside(root / "gateways", name))
    openapi = _inside(_own_openapi(), name)
    if openapi is None:
        known = ", ".join(names(roots)) or "none"
        raise UsageError(f"there is no gateway {name!r}", where="gateway", hint=f"known: {known}")
    return _gateway(name, openapi, _inside(_PACKAGE / "gateways", name))


def _gateway(name: str, openapi: Path, code: Path | None) -> Gateway:
    behaviours = _module(name, code, "behaviours")
    factory = getattr(behaviours, "create", None) if behaviours else None
    if behaviours is not None and not callable(factory):
        raise UsageError(
            f"behaviours.py of {name} has no function create(spec)",
            where=str(code),
            hint="give it one that returns the gateway's Behaviours",
        )
    return Gateway(
        name=name,
        spec=load_spec(openapi),
        testbed=load_testbed(openapi / "testbed.yaml"),
        behaviours=factory,
        invariants=_module(name, code, "invariants"),
        openapi=openapi,
        _code=code,
    )


def _own_openapi() -> Path:
    # An editable install runs from the checkout; a wheel carries the documents inside the package.
    checkout = _PACKAGE.parent.parent / "openapi"
    return (
        checkout
        if (_PACKAGE.parent.name == "toolkit" and checkout.is_dir())
        else _PACKAGE / "_data" / "openapi"
    )


def _inside(parent: Path, name: str) -> Path | None:
    """Give the folder of that name, None when it is missing or a link that leads out of its parent."""
    folder = parent / name
    if not folder.is_dir():
        return None
    return folder if folder.resolve().is_relative_to(parent.resolve()) else None


def _all_roots(given: Sequence[Path]) -> Iterator[Path]:
    yield from (Path(root) for root in given)
    for point in entry_points(group=GROUP):
        offered = point.load()
        root = offered() if callable(offered) else getattr(offered, "root", None)
        if isinstance(root, str | Path):
            yield Path(root)


def _module(name: str, code: Path | None, part: str) -> ModuleType | None:
    if code is None or not (code / f"{part}.py").is_file():
        return None
    if code.parent == _PACKAGE / "gateways" and name.isidentifier():
        return importlib.import_module(f"payproof.gateways.{name}.{part}")
    return _from_file(name, code, part)


def _from_file(name: str, code: Path, part: str) -> ModuleType:
    """Load a module of a gateway that lives outside the package, so that it can import its neighbours."""
    package = f"_payproof_gateway_{name.replace('-', '_')}_{abs(hash(str(code.resolve()))):x}"
    if package not in sys.modules:
        made = ModuleType(package)
        made.__path__ = [str(code)]
        sys.modules[package] = made
    found: Any = sys.modules.get(f"{package}.{part}")
    return found or importlib.import_module(f"{package}.{part}")
