"""A first answer is read without making a form: it says the same, or leaves it to the form to say what is wrong."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from responses.public_forms import AnswerForm, read_answer

SENT = {
    "score": st.sampled_from(["0", "3", "8", "10", "11", "-1", "9.5", " 7 ", "nine", ""]) | st.text(max_size=3),
    "comment": st.text(max_size=20) | st.sampled_from(["a\r\nb\rc", "  kept  ", "nul\x00", "x" * 4000, "x" * 4001]),
    "contact": st.sampled_from(["1", "on", "", "0", "False"]),
    "contact_asked": st.sampled_from(["", "d", "dp", "dpr", "dprx"]),
    "language": st.sampled_from(["", "es", "zz", "x" * 9]),
}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({}, optional=SENT))
@example({"score": "3", "comment": "\r\n", "contact": "1", "contact_asked": "dpr", "language": "es"})
@example({"score": "3", "comment": "x" * 4001})
def test_it_is_read_as_the_form_reads_it(sent: dict[str, str]) -> None:
    data = QueryDict(urlencode(sent, errors="replace"))
    form = AnswerForm(data)
    assert read_answer(data) == (form.answer() if form.is_valid() else None)
