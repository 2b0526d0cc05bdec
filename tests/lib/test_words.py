"""Words in comments, and templates whose blanks block sending."""

from __future__ import annotations

from nps_platform.lib.words import blanks, contains_any, fill, fold


def test_a_word_is_found_whole_without_accents_or_case():
    assert contains_any("Otra AVERÍA, la tercera", ["precio", "averia"]) == "averia"
    assert contains_any("Quiero darme\nde   baja!", ["darme de baja"]) == "darme de baja"
    assert contains_any("rebajado", ["baja"]) is None
    assert contains_any("no quiero", ["Nò"]) == "Nò"
    assert contains_any("anything", ["", "!!"]) is None
    assert fold("Città ÑANDÚ") == "citta nandu"


def test_a_template_is_filled_once_with_fallbacks():
    text, missing = fill("Hola {{ Name|clienta o cliente }}, soy {{agent}} ({{team}})", {"name": " ", "agent": "Bruno"})
    assert (text, missing) == ("Hola clienta o cliente, soy Bruno ({{team}})", ["team"])
    assert fill("{{name}}", {"name": "{{agent}}", "agent": "x"}) == ("{{agent}}", [])
    assert fill("{{name|}}!", {}) == ("!", [])


def test_whatever_still_looks_like_a_blank_is_one():
    assert blanks("Hola {{name}} y {{ name }}, {{team|equipo}}") == ["name", "team"]
    assert blanks("Hola {{name") == ["{{"]
    assert blanks("{{}} }}") == ["{{}}", "}}"]
    assert blanks("{name} costs 5 { }") == []
