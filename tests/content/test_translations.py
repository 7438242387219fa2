"""The join pages in other languages: nothing on them stays in English by mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cluster_kit
from cluster_kit.content import ContentError, load_content
from cluster_kit.content.translations import load_translations
from cluster_kit.roster.codes import explain_code
from cluster_kit.server.auth import code_join, identity_service, rate_limits, sign_on, tokens
from cluster_kit.server.handlers import INTERNAL_ERROR, OLD_FORM
from cluster_kit.server.pages.pages import DEPTHS
from cluster_kit.server.unavailable import JOINING_UNAVAILABLE
from cluster_kit.store.identity import TOO_MANY
from cluster_kit.store.models import utc_now

KIT = Path(cluster_kit.__file__).parent
PAGES = ("join", "name", "asked", "you", "left")
TEMPLATES = (*PAGES, "about", "help", "preferences", "layout", "message")
SPANISH = load_translations()["es"]


def _template_texts() -> set[str]:
    found = set()
    for name in TEMPLATES:
        text = (KIT / "server" / "templates" / f"{name}.html.j2").read_text(encoding="utf-8")
        found |= set(re.findall(r't\("([^"]+)"', text))
    return found


def _script_texts() -> set[str]:
    scripts = (KIT / "web" / "session" / f"{name}.js" for name in ("join", "asked"))
    return {text for script in scripts for text in re.findall(r'translate\("([^"]+)"', script.read_text("utf-8"))}


def test_every_text_of_the_join_pages_and_their_scripts_is_in_spanish() -> None:
    wanted = _template_texts() | _script_texts()
    assert len(wanted) > 60
    assert sorted(wanted - set(SPANISH.by_english)) == []


def test_no_sentence_of_the_join_pages_is_outside_of_the_translation() -> None:
    for name in PAGES:
        text = (KIT / "server" / "templates" / f"{name}.html.j2").read_text(encoding="utf-8")
        plain = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<[^>]+>", " ", text, flags=re.DOTALL)
        assert re.findall(r"[A-Za-z]{2,}", plain) == [], name


def test_roles_and_depths_are_in_spanish() -> None:
    wanted = {role.title for role in load_content("2026").roles}
    wanted |= {text for depth in DEPTHS for text in (depth.title, depth.help)}
    assert sorted(wanted - set(SPANISH.by_english)) == []


def test_every_refusal_is_in_spanish_with_its_values() -> None:
    refusals = [
        code_join.WrongCodeError("KDR-4927", is_code=True),
        explain_code("KDR"),
        explain_code("OOO-1111"),
        code_join.NameTakenError("Ana Ruiz", "Ohio"),
        code_join.SimilarNameError(["Ana"], "Ohio"),
        code_join.TeamFullError("Ohio"),
        code_join.TeamBusyError("Ohio"),
        code_join.ReservedNameError(),
        code_join.BadNameError("Write your name, as your teammates know it."),
        rate_limits.TooManyCodesError(90, "in this browser"),
        tokens.ExpiredLinkError(utc_now()),
        tokens.BrokenLinkError(),
        tokens.VoidLinkError(),
        tokens.OldPassError(),
        identity_service.OldRequestError(),
        identity_service.DeclinedRequestError(),
        identity_service.TOO_OFTEN,
        TOO_MANY,
        sign_on.UntrustedProxyError(),
        sign_on.NotOnRosterError("ana@example.org"),
        JOINING_UNAVAILABLE,
        OLD_FORM,
        INTERNAL_ERROR,
    ]
    for refusal in refusals:
        translated = SPANISH.translate(str(refusal))
        assert translated != str(refusal)
        assert "{" not in translated
    assert "nombre Ana Ruiz" in SPANISH.translate(str(refusals[3]))
    assert SPANISH.translate("Not in the file") == "Not in the file"


def test_an_unknown_value_in_a_translation_is_a_problem_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "languages" / "es" / "join.yaml"
    file.parent.mkdir(parents=True)
    texts = '  - { english: "Sign in as {other}", text: "Iniciar como {otro}" }\n'
    file.write_text(f"schema_version: 1\nlanguage_name: Español\ntexts:\n{texts}", encoding="utf-8")
    with pytest.raises(ContentError, match=r"there is no value \{otro\} in the English text"):
        load_translations(tmp_path)
