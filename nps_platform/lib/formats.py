"""Numbers and times as a reader's country writes them (CLDR through Babel); minus is always a true minus.

`locale` is what `locale_for` answers, "es_CL". Words come from the active translation.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from django.utils.translation import gettext as _

Number = int | float | Decimal

MINUS = "\u2212"
NARROW_SPACE = "\u202f"
DEFAULT_LOCALE = "en"


def locale_for(language: str, country: str = "") -> str:
    """The CLDR locale of a language and an ISO country; the language alone where CLDR lacks the pair, else English."""
    base = language.replace("-", "_").split("_")[0].lower()
    for name in (f"{base}_{country.upper()}", base):
        try:
            return str(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            continue
    return DEFAULT_LOCALE


def language_name(code: str, locale: str = DEFAULT_LOCALE) -> str:
    """es → "español" in Spanish, "Spanish" in English; the code itself where CLDR has no name."""
    return str(Locale.parse(locale).languages.get(code, code))


def true_minus(text: str) -> str:
    return text.replace("-", MINUS)


def rounded(x: Number, decimals: int) -> Decimal:
    """Half up, as readers round by hand, and never a negative zero."""
    exact = x if isinstance(x, Decimal) else Decimal(str(x))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def number(x: Number, decimals: int = 0, locale: str = DEFAULT_LOCALE) -> str:
    """1412 → "1.412" in Spanish; always grouped, exactly `decimals` decimals."""
    return true_minus(format_decimal(rounded(x, decimals), format=_pattern(decimals), locale=locale))


def signed(x: Number, decimals: int = 0, locale: str = DEFAULT_LOCALE) -> str:
    """A difference: "+7", "−2", "0"."""
    text = number(x, decimals, locale)
    return f"+{text}" if rounded(x, decimals) > 0 else text


def percent(share: Number, decimals: int = 0, locale: str = DEFAULT_LOCALE) -> str:
    """A share as a fraction: 0.053 with one decimal → "5,3 %" in Spanish (narrow no-break space), "5.3%" in English."""
    exact = rounded(Decimal(str(share)) * 100, decimals) / 100
    pattern = Locale.parse(locale).percent_formats[None].pattern.replace("#,##0", _pattern(decimals))
    text = format_percent(exact, format=pattern, locale=locale, group_separator=True)
    return true_minus(text.replace("\u00a0", NARROW_SPACE))


def compact(x: Number, locale: str = DEFAULT_LOCALE) -> str:
    """45670 → "45.7K", "45,7 mil"; below a thousand as it is."""
    exact = x if isinstance(x, Decimal) else Decimal(str(x))
    text = format_compact_decimal(exact, locale=locale, fraction_digits=1)
    # Italian says thousands in digits: CLDR gives them back without grouping.
    return number(x, 0, locale) if text.lstrip("-").isdigit() else true_minus(text)


def interval(low: Number, high: Number, decimals: int = 0, locale: str = DEFAULT_LOCALE, *, signs: bool = False) -> str:
    """An interval's ends: "14.1 to 44.2"; with `signs` "+1 to +13"."""
    write = signed if signs else number
    # Translators: an interval between two numbers, "14.1 to 44.2"
    return _("%(low)s to %(high)s") % {"low": write(low, decimals, locale), "high": write(high, decimals, locale)}


def month_label(month: date, locale: str = DEFAULT_LOCALE, *, short: bool = False) -> str:
    """ "March 2026", short "Mar 2026"."""
    return format_skeleton("yMMM" if short else "yMMMM", month, locale=locale)


def day_label(day: date, locale: str = DEFAULT_LOCALE, *, year: bool = True) -> str:
    """ "Mar 3, 2026", without its year "Mar 3"."""
    return format_date(day, format="medium", locale=locale) if year else format_skeleton("MMMd", day, locale=locale)


def short_day(day: date, locale: str = DEFAULT_LOCALE) -> str:
    """A day of a calendar's cell: "Mon 18", the first of a month "Mon 1 Jun"."""
    return format_skeleton("MMMEd" if day.day == 1 else "Ed", day, locale=locale)


def long_day(day: date, locale: str = DEFAULT_LOCALE) -> str:
    """ "March 3, 2026", "3 marzo 2026": Django's own long dates put Italian months in capitals."""
    return format_date(day, format="long", locale=locale)


def time_label(at: datetime, tz: tzinfo, locale: str = DEFAULT_LOCALE) -> str:
    """ "9:12" as the country writes it; a language without a country gets 24 hours."""
    parsed = Locale.parse(locale)
    short = parsed.time_formats["short"].pattern
    pattern = "H:mm" if "a" in short and not parsed.territory else short
    return format_datetime(at.astimezone(tz), pattern, locale=locale)


def when(at: datetime, now: datetime, tz: tzinfo, locale: str = DEFAULT_LOCALE) -> str:
    """A moment as one says it: "today 9:12", "yesterday 18:40", "Mar 3, 9:12"; of another year the date alone."""
    day, today = at.astimezone(tz).date(), now.astimezone(tz).date()
    values = {"time": time_label(at, tz, locale), "day": day_label(day, locale, year=False)}
    if day == today:
        return _("today %(time)s") % values
    if day == today - timedelta(days=1):
        return _("yesterday %(time)s") % values
    if day == today + timedelta(days=1):
        return _("tomorrow %(time)s") % values
    if day.year == today.year:
        return _("%(day)s, %(time)s") % values
    return day_label(day, locale)


def duration(seconds: Number, locale: str = DEFAULT_LOCALE) -> str:
    """A stretch of (business) time: "24 min", "5 h 20", "132 h"; minutes are dropped from 100 hours on."""
    if seconds < 0:
        return MINUS + duration(-seconds, locale)
    minutes = int(rounded(Decimal(str(seconds)) / 60, 0))
    if not minutes:
        return _("0 min") if not seconds else _("< 1 min")
    values = {"hours": number(minutes // 60, 0, locale), "minutes": minutes % 60}
    if minutes < 60:
        return _("%(minutes)d min") % values
    if not values["minutes"] or minutes >= 6000:
        return _("%(hours)s h") % values
    # Translators: hours and minutes, "5 h 20"
    return _("%(hours)s h %(minutes)02d") % values
