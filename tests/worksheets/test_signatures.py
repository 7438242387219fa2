"""A returned file speaks for the state and person that its signature or staff name, and for no other."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from cluster_kit.content.errors import UnknownJurisdictionError
from cluster_kit.errors import UsageError
from cluster_kit.exercises.typed_answers import TypedAnswer, TypedAnswers, WorksheetId
from cluster_kit.maintenance.backup import back_up
from cluster_kit.maintenance.restore import restore_backup
from cluster_kit.roster.people import UnknownPersonError
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from cluster_kit.worksheets import FileReceipt, Sender, collect
from cluster_kit.worksheets.collecting import MOST_NAMES
from cluster_kit.worksheets.signatures import is_signed, make_person_key, sign_worksheet
from tests.worksheets.conftest import GOAL, Office, both, edit, fill
from tests.worksheets.test_document import rewrite

HEAD = WorksheetId("2026", 1, "OH", 9)
KEY = "k" * 64
OPTION = "if you know which state sent it, take it with --jurisdiction and that state's two-letter abbreviation"
CHANGED = f"its signature is another: it was changed, or made with another signing key; {OPTION}. Nothing was taken"
MISSING = f"has no signature, so anyone could have made it; {OPTION}. Nothing was taken from it."


def change_notebook(path: Path, change: Callable[[str], str]) -> Path:
    target = path.with_name("changed.ipynb")
    target.write_text(change(path.read_text("utf-8")), "utf-8")
    return target


def change_document(path: Path, change: Callable[[str], str]) -> Path:
    def change_texts(body: object) -> None:
        for text in body.iter("{*}t"):  # type: ignore[attr-defined]
            text.text = change(text.text or "")

    return rewrite(path, change_texts, "changed.docx")


def change_form(path: Path, change: Callable[[str], str]) -> Path:
    out = io.BytesIO()
    with pikepdf.open(path) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            field.T = pikepdf.String(change(str(field.T)))
        pdf.save(out)
    target = path.with_name("changed.pdf")
    target.write_bytes(out.getvalue())
    return target


CHANGES = {"ipynb": change_notebook, "docx": change_document, "pdf": change_form}


def answers_file(office: Office, head: WorksheetId | str, who: str = "") -> Path:
    """A file of answers as anyone can write it by hand."""
    answer = TypedAnswer(id="forged-1", exercise="goals", prompt="goals.statement", row="z", value="FORGED", who=who)
    path = office.settings.home / "x.json"
    path.write_text(TypedAnswers(head=str(head), answers=(answer,)).model_dump_json(), "utf-8")
    return path


def stored(office: Office) -> list[tuple[str, int]]:
    """For each state, how many answers it has ever given."""
    with Store.open(office.settings.db_url) as store:
        return [(code, len(store.history("2026", code))) for code in ("OH", "GU")]


def refuse(office: Office, path: Path, **sender: str) -> str:
    """The receipt of a file that must not be taken."""
    before = stored(office)
    [receipt] = office.collect(path, **sender)
    assert receipt.status == "unreadable", str(receipt)
    assert str(receipt).startswith(path.name)
    assert stored(office) == before
    return str(receipt)


def test_a_signature_holds_for_its_purpose_its_words_and_its_key() -> None:
    ana = Person(id="ana", series="2026", jurisdiction="OH", name="Ana Ruiz")
    signed = sign_worksheet(KEY, HEAD)
    own = sign_worksheet(KEY, HEAD, ana)
    assert WorksheetId.find(f"<!-- keep this line: {signed} -->") == signed
    assert WorksheetId.find(f"{own}.ck-0123") == own
    assert is_signed(KEY, signed)
    assert is_signed(KEY, own)
    assert not is_signed("l" * 64, signed), "another key"
    assert not is_signed(KEY, HEAD), "no signature"
    for changed in (
        {"jurisdiction": "GU"}, {"series": "2027"}, {"session": 2}, {"seq": 10}, {"person_key": make_person_key("bo")},
        {"person_key": ""}, {"signature": signed.signature},
    ):  # fmt: skip
        assert not is_signed(KEY, replace(own, **changed)), changed  # type: ignore[arg-type]
    assert "ana" not in str(own)


@pytest.mark.parametrize("form", CHANGES)
def test_a_worksheet_of_another_state_or_without_its_signature_is_refused(office: Office, form: str) -> None:
    path, change = office.make(form, check_in=30), CHANGES[form]
    changed = change(path, lambda text: text.replace("2026/1/OH@", "2026/1/GU@"))
    assert f"says that it is Guam's, but {CHANGED}" in refuse(office, changed)
    [receipt] = office.collect(changed, jurisdiction="OH")
    assert (receipt.status, set(receipt.counts)) == ("read", {"unchanged"}), str(receipt)
    unsigned = change(path, lambda text: re.sub(r"(@\d+)-0-[0-9a-f]{32}", r"\1", text))
    assert f"says that it is Ohio's, but {MISSING}" in refuse(office, unsigned)


def test_a_file_written_by_hand_speaks_for_no_one(office: Office) -> None:
    """The attack of the review: 200 bytes in the name of a person of another state."""
    for who in ("Ana Ruiz", ""):
        assert MISSING in refuse(office, answers_file(office, HEAD, who))
    assert CHANGED in refuse(office, answers_file(office, replace(HEAD, signature="0" * 32)))
    assert CHANGED in refuse(office, answers_file(office, sign_worksheet("l" * 64, HEAD)))
    guam = sign_worksheet(office.settings.secret(), replace(HEAD, jurisdiction="GU"))
    assert CHANGED in refuse(office, answers_file(office, replace(guam, jurisdiction="OH")))
    [receipt] = office.collect(answers_file(office, HEAD, "Ana Ruiz"), jurisdiction="OH", person="Bo Lind")
    assert receipt.person == "Bo Lind"
    assert [one.author for one in office.responses("goals.statement", "z")] == ["bo"]


def test_marks_of_another_states_worksheet_are_no_answers(office: Office) -> None:
    """Guam's signature in front of Ohio's answers, and Ohio's in front of Guam's."""
    ohio = edit(office.make(), fill("The goal", "Of Ohio", "Goal 2"), "ohio.ipynb").read_text("utf-8")
    guam = edit(office.make(code="GU"), fill("The goal", "Of Guam", "Goal 2"), "guam.ipynb").read_text("utf-8")
    heads = [WorksheetId.find(text) for text in (ohio, guam)]
    mixed = office.out / "mixed.ipynb"
    for text, own, other in ((ohio, *heads), (guam, *reversed(heads))):
        before = stored(office)
        mixed.write_text(text.replace(str(own), str(other)), "utf-8")
        [receipt] = office.collect(mixed)
        assert set(receipt.counts) == {"refused"}, str(receipt)
        assert stored(office) == before


def test_a_persons_worksheet_speaks_for_that_person_only(office: Office) -> None:
    path = office.make(person="ana ruiz")
    assert path.name.endswith(f"-{make_person_key('ana')}.ipynb")
    assert "Ana Ruiz" in path.read_text("utf-8")
    other = edit(path, lambda source: fill("The goal", "Of Bo", "Goal 2")(source).replace("\nAna Ruiz", "\nBo Lind"))
    assert "was made for Ana Ruiz, and names Bo Lind; if you know who sent it, take it with --person" in refuse(
        office, other
    )
    [receipt] = office.collect(other, person="bo")
    assert receipt.person == "Bo Lind"
    rated = both(fill("The goal", "Of Ana", "Goal 2"), lambda source: source.replace("Ana Ruiz", "ANA  RUIZ"))
    [receipt] = office.collect(edit(path, rated))
    assert (receipt.person, receipt.counts["saved"]) == ("Ana Ruiz", 1)
    authors = {one.value: one.author for one in office.responses("goals.statement")}
    assert authors == {GOAL: "ana", "Of Bo": "bo", "Of Ana": "ana"}
    signed = sign_worksheet(
        office.settings.secret(), HEAD, Person(id="gone", series="2026", jurisdiction="OH", name="x")
    )
    assert "was made for someone who is not on the team of Ohio now" in refuse(office, answers_file(office, signed))


def test_what_staff_say_must_fit_what_is_signed(office: Office) -> None:
    path = office.make()
    assert "was made for Ohio, but --jurisdiction names Guam" in refuse(office, path, jurisdiction="GU")
    assert office.collect(path, jurisdiction="OH")[0].status == "read"
    with pytest.raises(UnknownJurisdictionError):
        office.collect(office.make(), jurisdiction="XX")
    with pytest.raises(UsageError, match="Ana Ruiz is on the team of OH"):
        office.make(code="GU", person="ana")
    with pytest.raises(UnknownPersonError):
        office.make(person="Unknown Person")
    with Store.open(office.settings.db_url) as store:
        store.add_person(Person(id="of-guam", series="2026", jurisdiction="GU", name="Ana Ruiz"))
    assert office.make(person="Ana Ruiz").name.endswith(f"-{make_person_key('ana')}.ipynb")


def test_a_restored_home_knows_its_worksheets_and_one_with_another_key_does_not(office: Office, tmp_path: Path) -> None:
    returned = edit(office.make(), fill("The goal", "A second goal", "Goal 2"))
    folder = back_up(office.settings, tmp_path / "backups").folder
    restored = Settings(tmp_path / "restored")
    restore_backup(folder, restored)
    [receipt] = collect(restored, [returned])
    assert receipt.counts["saved"] == 1
    (office.settings.home / "secret").write_text(KEY)
    assert CHANGED in refuse(office, returned)
    [receipt] = collect(office.settings, [returned], sender=Sender("OH"))
    assert receipt.counts["saved"] == 1


def test_a_file_of_thousands_of_names_is_refused(office: Office) -> None:
    head = str(sign_worksheet(office.settings.secret(), HEAD))
    made = [
        TypedAnswer(id=f"n{number}", exercise="goals", prompt="goals.statement", row="z", value="x", who=f"N {number}")
        for number in range(MOST_NAMES + 1)
    ]
    path = office.settings.home / "names.json"
    path.write_text(TypedAnswers(head=head, answers=tuple(made)).model_dump_json(), "utf-8")
    assert "names more people than fill out one worksheet" in refuse(office, path)


def test_each_file_of_a_folder_is_judged_by_itself(office: Office) -> None:
    folder = office.out / "inbox"
    good = edit(office.make(), fill("The goal", "A second goal", "Goal 2"))
    folder.mkdir()
    good.rename(folder / "good.ipynb")
    answers_file(office, HEAD).rename(folder / "forged.json")
    receipts: dict[str, FileReceipt] = {receipt.file: receipt for receipt in office.collect(folder)}
    assert {name: receipt.status for name, receipt in receipts.items()} == {
        "good.ipynb": "read",
        "forged.json": "unreadable",
    }
    assert json.dumps(office.values("goals.statement")).count("FORGED") == 0
