"""Each notice is delivered or given up, none is lost."""

from __future__ import annotations

from payproof.simulator.rng import Draw
from payproof.simulator.webhooks import LATE_S, Notice, Outbox

DELAYS_S = (60.0, 600.0, 3600.0)


def outbox() -> Outbox:
    return Outbox(Draw(1))


def post(box: Outbox, now_s: float = 0.0) -> Notice:
    return box.post("paid", "main", {"a": 1}, now_s=now_s, delays_s=DELAYS_S)


def taken(box: Outbox, now_s: float) -> list[str]:
    return [notice.id for notice, _ in box.take(now_s)]


def test_a_notice_is_attempted_once_when_the_receiver_takes_it() -> None:
    box = outbox()
    notice = post(box)
    assert taken(box, 0.0) == [notice.id]
    assert box.settle(notice.id, ok=True, outcome="200", now_s=0.0) == "delivered"
    assert taken(box, 10**9) == []


def test_a_refused_notice_is_tried_again_by_the_schedule_and_then_given_up() -> None:
    box, now_s, attempts = outbox(), 0.0, []
    notice = post(box)
    while (due := box.next_s()) is not None:
        now_s = due
        assert taken(box, now_s) == [notice.id]
        attempts.append(now_s)
        box.settle(notice.id, ok=False, outcome="500", now_s=now_s)
    assert attempts == [0.0, 60.0, 660.0, 4260.0]
    assert notice.standing == "given-up"


def test_a_late_success_after_a_failed_attempt_counts() -> None:
    box = outbox()
    notice = post(box)
    taken(box, 0.0)
    box.settle(notice.id, ok=False, outcome="timeout", now_s=0.0)
    assert taken(box, 60.0) == [notice.id]
    assert box.settle(notice.id, ok=True, outcome="200", now_s=60.0) == "delivered"


def test_a_duplicate_carries_the_same_id() -> None:
    box = outbox()
    box.twice = 1
    notice = post(box)
    assert taken(box, 0.0) == [notice.id, notice.id]


def test_a_late_notice_is_overtaken_by_the_next_one() -> None:
    box = outbox()
    box.late = 1
    first, second = post(box), post(box, 1.0)
    assert taken(box, 1.0) == [second.id]
    assert taken(box, LATE_S) == [first.id]


def test_a_dropped_notice_stays_in_the_books() -> None:
    box = outbox()
    box.drop = 1
    notice = post(box)
    assert taken(box, 10**9) == []
    assert box.notices[notice.id].standing == "withheld"


def test_of_ten_thousand_notices_with_failures_none_is_lost() -> None:
    box, draw = outbox(), Draw(2)
    ids = {post(box, float(number)).id for number in range(10_000)}
    assert len(ids) == 10_000
    while (due := box.next_s()) is not None:
        for notice, at_s in list(box.take(due)):
            ok = draw.below(3, notice.id, len(notice.attempts)) == 0
            box.settle(notice.id, ok=ok, outcome="200" if ok else "500", now_s=at_s)
    standings = {notice.standing for notice in box.notices.values()}
    assert set(box.notices) == ids
    assert standings == {"delivered", "given-up"}
