"""One test's guard: collects the exchanges with one gateway and says what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payproof.adapters.guard import hub
from payproof.adapters.guard.hosts import covers, read_host
from payproof.adapters.guard.taps import tap_clients
from payproof.model import Finding, Interaction, Severity
from payproof.run.exchanges import Exchanges

if TYPE_CHECKING:
    from payproof.gateway import Gateway


UNDOCUMENTED = frozenset({"request-undocumented-field", "response-undocumented-field"})


@dataclass(slots=True)
class Guard:
    """What the `payproof_guard` fixture gives.

    Args:
        gateway: Whose exchanges are looked at.
        exchanges: What judges them.
        hosts: Hosts of the gateway, as `hosts.covers` reads them; a sandbox adds its own.
        fail_on: The severity from which on a finding fails the test.
        allowed: Rules that the test may break.
        source: The test's id.
        undocumented: Severity of fields that the documents do not name.
        sandbox_hosts: Authorities of the test's own sandbox.
        foreign_hosts: Authorities of its sandboxes of other gateways, which no setting makes this one's.
        extra: Webhook deliveries that the test made.
        probes: Deliveries of the receiver suite: nobody's traffic, and not judged.
        heard: Told of each exchange when it was made.
    """

    gateway: Gateway
    exchanges: Exchanges
    hosts: set[str]
    fail_on: Severity = Severity.ERROR
    allowed: set[str] = field(default_factory=set)
    source: str = ""
    undocumented: Severity = Severity.NOTE
    sandbox_hosts: set[str] = field(default_factory=set)
    foreign_hosts: set[str] = field(default_factory=set)
    extra: list[Interaction] = field(default_factory=list)
    probes: list[Interaction] = field(default_factory=list)
    heard: Callable[[Guard], None] = lambda guard: None
    _seen: list[hub.Exchange] = field(default_factory=list)

    @contextmanager
    def watching(self) -> Iterator[Guard]:
        """See the exchanges made while the block runs."""
        tap_clients()
        with hub.listening(self._hear, self.wants):
            yield self

    def allow(self, *rules: str) -> None:
        """Let the test break these rules; raises UsageError for a rule that does not exist."""
        from payproof.rules import get

        self.allowed.update(get(name).id for name in rules)

    def _hear(self, exchange: hub.Exchange) -> None:
        self._seen.append(exchange)
        self.heard(self)

    def wants(self, url: str) -> bool:
        """Say whether a URL is the gateway's, or its sandbox's."""
        return hub.host_of(url) not in self.foreign_hosts and covers(self.hosts | self.sandbox_hosts, url)

    @property
    def interactions(self) -> list[Interaction]:
        """The exchanges seen so far, in order, and webhook deliveries after them."""
        made = []
        for number, one in enumerate(self._seen, start=1):
            response, failure = one.reply()
            sandbox = hub.host_of(one.request.target) in self.sandbox_hosts
            interaction = Interaction(
                request=one.request,
                response=response,
                started_s=one.started_s,
                elapsed_s=one.elapsed_s,
                provenance="sandbox" if sandbox else "observed",
                source=f"{self.source} call {number} ({one.client})",
                failure=failure,
            )
            made.append(self.exchanges.named(interaction))
        return sorted([*made, *self.extra], key=lambda one: one.started_s)

    def findings(self) -> list[Finding]:
        """Give what is wrong with the exchanges so far, what the test allows left out."""
        found = self.exchanges.judge(self.interactions)
        return [self._levelled(one) for one in found if one.rule not in self.allowed]

    def failures(self) -> list[Finding]:
        """Give the findings that fail the test."""
        return [one for one in self.findings() if one.severity >= self.fail_on]

    def _levelled(self, finding: Finding) -> Finding:
        from dataclasses import replace

        if finding.rule in UNDOCUMENTED:
            return replace(finding, severity=self.undocumented)
        return finding


def hosts_of(gateway: Gateway, more: Iterable[str] = ()) -> set[str]:
    """Give the hosts of a gateway's documented servers, and of further URLs or bare hosts."""
    spec = gateway.spec
    urls = [server.url for server in spec.servers]
    rows = [row for one in spec.operations.values() for row in one.raw.get("servers") or ()]
    rows += [row for path in (spec.document.get("paths") or {}).values() for row in path.get("servers") or ()]
    urls += [str(row.get("url", "")) for row in rows]
    found = {hub.host_of(url) for url in urls}
    return (found - {""}) | {read_host(one, where="hosts") for one in more}
