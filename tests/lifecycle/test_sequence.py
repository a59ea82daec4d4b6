from payproof.lifecycle import Observation
from payproof.lifecycle.sequence import arrange

RANKS = {"CREATED": 1, "PENDING": 2, "PROCESSED": 3}


def saw(status: str, at_s: float | None = None, source: str = "webhook", **more: object) -> Observation:
    return Observation("shop.order", "o1", status, at_s, source=source, **more)  # type: ignore[arg-type]


def kept(*arrived: Observation) -> list[str]:
    return [one.status for one in arrange(arrived, RANKS).kept]


def test_own_times_decide_the_order() -> None:
    assert kept(saw("PROCESSED", 3), saw("CREATED", 1), saw("PENDING", 2)) == [
        "CREATED",
        "PENDING",
        "PROCESSED",
    ]


def test_at_one_instant_what_is_nearer_to_the_start_comes_first() -> None:
    assert kept(saw("PROCESSED", 1), saw("CREATED", 1)) == ["CREATED", "PROCESSED"]


def test_without_an_own_time_an_observation_stays_behind_what_arrived_before_it() -> None:
    assert kept(saw("PENDING", 5), saw("CREATED", source="poll"), saw("PROCESSED", 9)) == [
        "PENDING",
        "CREATED",
        "PROCESSED",
    ]


def test_without_any_time_arrival_is_the_order() -> None:
    assert kept(saw("PROCESSED"), saw("CREATED")) == ["PROCESSED", "CREATED"]


def test_one_delivery_id_twice_is_a_duplicate() -> None:
    result = arrange([saw("PENDING", 1, delivery="m1"), saw("PENDING", 1, delivery="m1")], RANKS)
    assert (len(result.kept), len(result.duplicates)) == (1, 1)


def test_one_status_with_one_time_is_a_duplicate_even_under_another_delivery_id() -> None:
    result = arrange([saw("PENDING", 1, delivery="m1"), saw("PENDING", 1, delivery="m2")], RANKS)
    assert (len(result.kept), len(result.duplicates)) == (1, 1)


def test_two_events_about_one_status_are_no_duplicates() -> None:
    result = arrange(
        [saw("FAILED", 1, event="PAYMENT_FAILED"), saw("FAILED", 1, event="ORDER_FAILED")], RANKS
    )
    assert result.duplicates == ()


def test_a_poll_that_repeats_a_status_is_no_duplicate() -> None:
    assert arrange([saw("PENDING", 1, "poll"), saw("PENDING", 1, "poll")], RANKS).duplicates == ()


def test_one_delivery_id_with_two_statuses_is_reuse_and_both_are_kept() -> None:
    result = arrange([saw("PENDING", 1, delivery="m1"), saw("PROCESSED", 2, delivery="m1")], RANKS)
    assert len(result.kept) == 2
    assert len(result.reused) == 1


def test_a_late_webhook_and_a_stale_read_are_told_apart() -> None:
    result = arrange([saw("PROCESSED", 3), saw("PENDING", 2), saw("CREATED", 1, "poll")], RANKS)
    assert [one.status for one in result.late] == ["PENDING"]
    assert [one.status for one in result.stale] == ["CREATED"]


def test_a_late_duplicate_is_a_duplicate_only() -> None:
    first = saw("PENDING", 2, delivery="m1")
    result = arrange([first, saw("PROCESSED", 3), first], RANKS)
    assert (result.late, len(result.duplicates)) == ((), 1)
