"""Numbers and times as each country writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from nps_platform.lib import formats

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def test_a_language_and_a_country_make_a_locale_and_the_unknown_falls_back():
    asked = [("es", "CL"), ("it", "IT"), ("es", ""), ("es-mx", "AR"), ("it", "CL"), ("xx", "ES"), ("es", "<>")]
    assert [formats.locale_for(*pair) for pair in asked] == ["es_CL", "it_IT", "es", "es_AR", "it", "en", "es"]


def test_thousands_are_always_grouped_as_the_country_does():
    shown = {locale: formats.number(1412.35, 1, locale) for locale in ("es", "es_MX", "it", "en")}
    assert shown == {"es": "1.412,4", "es_MX": "1,412.4", "it": "1.412,4", "en": "1,412.4"}


def test_differences_carry_their_sign_and_zero_has_none():
    assert [formats.signed(x, 0, "es") for x in (7, -2, 0.4, -0.4)] == ["+7", "−2", "0", "0"]
    assert formats.number(-0.04, 1, "es") == "0,0"
    assert formats.interval(1, 13, 0, "en", signs=True) == "+1 to +13"


def test_a_percentage_takes_its_countrys_space():
    assert formats.percent(0.053, 1, "es") == "5,3\u202f%"
    assert formats.percent(Decimal("0.053"), 1, "en") == "5.3%"
    assert formats.percent(-12.5, 0, "it") == "−1.250%"


def test_large_numbers_are_shortened_or_at_least_grouped():
    assert formats.compact(45_670, "es") == "45,7\u00a0mil"
    assert formats.compact(45_670, "it") == "45.670"
    assert formats.compact(999, "en") == "999"


def test_months_and_days_are_named():
    assert formats.month_label(date(2026, 3, 1), "it") == "marzo 2026"
    assert formats.month_label(date(2026, 3, 1), "es", short=True) == "mar 2026"
    assert formats.day_label(date(2026, 3, 1), "en_GB") == "1 Mar 2026"


def test_a_language_is_named_in_the_readers_own():
    named = [formats.language_name("es", locale) for locale in ("es_CL", "it", "en")]
    assert named == ["español", "spagnolo", "Spanish"]
    assert formats.language_name("zz", "es") == "zz"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 3, 4, 8, 12, tzinfo=UTC), "today 9:12"),
        (datetime(2026, 3, 3, 23, 30, tzinfo=UTC), "today 0:30"),
        (datetime(2026, 3, 3, 17, 40, tzinfo=UTC), "yesterday 18:40"),
        (datetime(2026, 3, 5, 8, 0, tzinfo=UTC), "tomorrow 9:00"),
        (datetime(2026, 2, 1, 8, 12, tzinfo=UTC), "Feb 1, 9:12"),
        (datetime(2025, 12, 31, 8, 12, tzinfo=UTC), "Dec 31, 2025"),
    ],
)
def test_a_moment_is_said_as_the_reader_in_rome_lives_it(at, said):
    assert formats.when(at, NOW, ROME, "en") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 min"), (20, "< 1 min"), (1440, "24 min"), (7200, "2 h"), (19_200, "5 h 20"), (3900, "1 h 05"),
     (3599, "1 h"), (-1440, "−24 min"), (4_000_000, "1,111 h")],
)  # fmt: skip
def test_durations_are_short(seconds, said):
    assert formats.duration(seconds) == said
