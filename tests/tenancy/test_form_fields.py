"""What a form that came back says to a person, also to one who does not see it."""

from __future__ import annotations

from datetime import date

from django import forms
from django.template import Context, Engine


class Plan(forms.Form):
    name = forms.CharField(label="Name", max_length=5, help_text="Your team sees it.")
    note = forms.CharField(label="Note", widget=forms.Textarea, max_length=90, required=False)
    until = forms.DateField(label="Until", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    channel = forms.ChoiceField(label="Channel", choices=[("mail", "E-mail")], widget=forms.RadioSelect)
    size = forms.IntegerField(label="How many")


def draw(source: str, **values: object) -> str:
    return Engine.get_default().from_string(source).render(Context(values))


def test_a_wrong_field_keeps_what_was_typed_and_names_its_error() -> None:
    html = draw("{% field form.name %}", form=Plan({"name": "<Fibre>"}))
    assert 'value="&lt;Fibre&gt;"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html


def test_the_summary_leads_to_each_wrong_field_and_is_absent_where_all_is_well() -> None:
    html = draw("{% form_errors form %}", form=Plan({"name": "Fibra larga", "channel": "mail"}))
    assert "2 things need correcting." in html
    assert 'href="#id_name"' in html
    assert 'href="#id_size"' in html
    assert "note-err" not in draw("{% form_errors form %}", form=Plan({"name": "Fibra", "channel": "mail", "size": 3}))


def test_long_text_shows_how_much_fits_and_dates_are_what_browsers_read() -> None:
    form = Plan(initial={"note": "Hola", "until": date(2026, 5, 14)})
    assert 'data-limit="90"' in draw("{% field form.note %}", form=form)
    assert "4 / 90" in draw("{% field form.note %}", form=form)
    assert 'value="2026-05-14"' in draw("{% field form.until %}", form=form)


def test_a_choice_is_a_group_with_a_name_and_a_token_is_heard_by_its_label() -> None:
    assert "<legend" in draw("{% field form.channel %}", form=Plan())
    html = draw("{% token form.size %},", form=Plan())
    assert 'aria-label="How many"' in html
    assert html.endswith(">,")


def test_a_score_wears_its_class_in_words_too() -> None:
    drawn = [draw("{% score n %}", n=n) for n in (6, 7, 8, 9, None)]
    kinds = ["is-detractor", "is-passive", "is-passive", "is-promoter", "is-silent"]
    assert all(kind in html for kind, html in zip(kinds, drawn, strict=True))
    assert "Detractor" in drawn[0]


def test_bars_stay_inside_their_drawing() -> None:
    assert "--part:0.00%" in draw("{% in_bar n 10 %}", n=-3)
    assert "--part:100.00%" in draw("{% in_bar n 10 %}", n=30)
    assert "–" in draw('{% whisker none none none label="" %}', none=None)
