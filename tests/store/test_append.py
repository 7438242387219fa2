from __future__ import annotations

import datetime as dt

import pytest

from cluster_kit.store import ReusedIdError, Store
from cluster_kit.store.writes import MAX_OTHERS, MAX_OWN_CURRENT
from tests.store.samples import answer


def test_an_answer_comes_back_as_it_was_typed(store: Store) -> None:
    value = {"name": "  Åsa ", "role": "", "list": [1, 2.5, True, None, {"b": 1, "a": 2}]}
    typed = answer(value=value, row="row one", base=("earlier",), content_version="abc")
    [receipt] = store.append([typed])
    [kept] = store.current("2026", "OH")
    assert kept.model_dump() == {**typed.model_dump(), "seq": receipt.seq, "at": receipt.at}
    assert receipt.status == "saved"
    assert abs(receipt.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert kept.at.tzinfo is dt.UTC


def test_the_same_answer_sent_again_is_one_answer(store: Store) -> None:
    [first] = store.append([answer(id="one")])
    store.append([answer(id="two", base=("one",), value="other")])
    again, twice = store.append([answer(id="one"), answer(id="one")])
    assert (again.seq, again.at, again.status) == (first.seq, first.at, "duplicate")
    assert twice == again
    assert [response.id for response in store.history("2026", "OH")] == ["one", "two"]
    assert [response.id for response in store.current("2026", "OH")] == ["two"]


def test_the_same_id_twice_in_one_batch_is_one_answer(store: Store) -> None:
    receipts = store.append([answer(id="one"), answer(id="one")])
    assert [receipt.status for receipt in receipts] == ["saved", "duplicate"]
    assert len(store.history("2026", "OH")) == 1


@pytest.mark.parametrize("change", [{"value": "changed"}, {"prompt": "moved"}, {"jurisdiction": "GU"}])
def test_an_id_that_belongs_to_another_answer_is_refused_and_its_batch_with_it(
    store: Store, change: dict[str, str]
) -> None:
    store.append([answer(id="one")])
    with pytest.raises(ReusedIdError, match="'one' already belongs to another answer") as caught:
        store.append([answer(id="two", row="r"), answer(id="one", **change)])
    assert caught.value.response_id == "one"
    assert [response.id for response in store.history("2026", "OH")] == ["one"]
    assert store.history("2026", "GU") == []


def test_a_batch_of_nothing_is_nothing(store: Store) -> None:
    assert store.append([]) == []


def test_a_persons_new_answer_takes_the_place_of_the_old_whatever_it_was_based_on(store: Store) -> None:
    receipts = store.append([answer(id=name, scope="person", value=name) for name in ("one", "two", "three")])
    assert [receipt.status for receipt in receipts] == ["saved"] * 3
    assert [response.id for response in store.current("2026", "OH")] == ["three"]
    assert store.superseded(["one", "two", "three", "unknown"]) == {"one", "two"}


def test_people_answer_for_themselves_beside_each_other_and_beside_the_team(store: Store) -> None:
    store.append(
        [
            answer(id="ana", scope="person", author="ana", value=1),
            answer(id="ben", scope="person", author="ben", value=2),
            answer(id="team", value=3),
        ]
    )
    assert [response.id for response in store.current("2026", "OH")] == ["ana", "ben", "team"]


def test_a_team_answer_takes_the_place_of_what_it_was_typed_over(store: Store) -> None:
    store.append([answer(id="one")])
    [receipt] = store.append([answer(id="two", author="ben", value="better", base=("one",))])
    assert receipt.status == "saved"
    assert [response.id for response in store.current("2026", "OH")] == ["two"]


def test_two_who_change_one_field_both_keep_their_words_until_an_answer_settles_it(store: Store) -> None:
    store.append([answer(id="start")])
    [ana] = store.append([answer(id="ana", value="by law", base=("start",))])
    [ben] = store.append([answer(id="ben", author="ben", value="by rule", base=("start",))])
    assert ana.status == "saved"
    assert ben.status == "conflict"
    assert [(other.id, other.value) for other in ben.others] == [("ana", "by law")]
    assert [response.id for response in store.current("2026", "OH")] == ["ana", "ben"]

    [settled] = store.append([answer(id="both", value="by law and rule", base=("ana", "ben"))])
    assert settled.status == "saved"
    assert [response.id for response in store.current("2026", "OH")] == ["both"]
    assert len(store.history("2026", "OH")) == 4


def test_a_receipt_has_the_newest_conflicting_answers_however_many_there_are(store: Store) -> None:
    batch = [answer(id=f"n{number}", value=f"answer {number}", author=f"p{number}") for number in range(MAX_OTHERS + 5)]
    newest = [one.id for one in batch][-MAX_OTHERS - 1 : -1]
    for receipts in (store.append(batch), store.append(batch)):  # a repeated save has the same limit
        assert max(len(receipt.others) for receipt in receipts) == MAX_OTHERS
        assert [other.id for other in receipts[-1].others] == newest


def test_one_person_cannot_make_a_field_of_answers_without_end(store: Store) -> None:
    """Each further answer takes the place of the person's oldest, and of no one else's."""
    store.append([answer(id="ben", value="by rule", author="ben")])
    batch = [answer(id=f"n{number}", value=f"answer {number}") for number in range(MAX_OWN_CURRENT + 3)]
    for receipts in (store.append(batch[:4]), store.append(batch[4:])):
        assert max(len(receipt.others) for receipt in receipts) <= MAX_OWN_CURRENT
    newest = [one.id for one in batch][-MAX_OWN_CURRENT:]
    assert [response.id for response in store.current("2026", "OH")] == ["ben", *newest]
    assert len(store.history("2026", "OH")) == 1 + len(batch), "nothing is lost"


def test_a_receipt_that_was_lost_in_a_conflict_still_tells_of_it(store: Store) -> None:
    store.append([answer(id="ana", value="by law")])
    [lost] = store.append([answer(id="ben", value="by rule")])
    [again] = store.append([answer(id="ben", value="by rule")])
    assert again == lost
    store.append([answer(id="both", value="both", base=("ana", "ben"))])
    [later] = store.append([answer(id="ben", value="by rule")])
    assert (later.status, later.others) == ("duplicate", ())


def test_two_who_say_the_same_do_not_disagree(store: Store) -> None:
    store.append([answer(id="ana", value={"a": 1, "b": 2})])
    [receipt] = store.append([answer(id="ben", value={"b": 2, "a": 1})])
    assert receipt.status == "saved"
    assert [response.id for response in store.current("2026", "OH")] == ["ben"]


def test_one_and_true_are_different_answers(store: Store) -> None:
    store.append([answer(value=1)])
    [receipt] = store.append([answer(value=True)])
    assert receipt.status == "conflict"


def test_a_field_that_one_clears_and_another_changes_is_in_conflict(store: Store) -> None:
    store.append([answer(id="start")])
    store.append([answer(id="cleared", value=None, base=("start",))])
    [receipt] = store.append([answer(id="changed", value="more", base=("start",))])
    assert [other.value for other in receipt.others] == [None]
    assert [response.value for response in store.current("2026", "OH")] == [None, "more"]


def test_a_base_that_is_unknown_or_of_another_field_or_jurisdiction_replaces_nothing(store: Store) -> None:
    store.append([answer(id="guam", jurisdiction="GU"), answer(id="elsewhere", prompt="other")])
    [receipt] = store.append([answer(id="mine", base=("unknown", "guam", "elsewhere"))])
    assert receipt.status == "saved"
    assert store.superseded(["guam", "elsewhere", "mine"]) == set()


def test_a_batch_is_taken_in_its_order(store: Store) -> None:
    receipts = store.append([answer(id="one"), answer(id="two", value="b", base=("one",)), answer(id="three", row="r")])
    assert [receipt.seq for receipt in receipts] == sorted(receipt.seq for receipt in receipts)
    assert [response.id for response in store.current("2026", "OH")] == ["two", "three"]


def test_a_batch_may_span_jurisdictions(store: Store) -> None:
    store.append([answer(id="oh"), answer(id="gu", jurisdiction="GU")])
    assert [response.id for response in store.current("2026")] == ["oh", "gu"]
