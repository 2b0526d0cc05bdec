"""What a programme's texts cost: parts × price, the parts counted by the code that writes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.messaging.texting import text_gateway
from surveys.authoring.content import content_for
from surveys.invitation_text import preview_text
from surveys.planning.judging import Draw, Judging

# Names decide how long a text is, and whether a letter of theirs doubles its parts: so many are looked at.
SAMPLED = 500


@dataclass(frozen=True)
class Cost:
    """Of the texts of one occasion. `most` counts every reminder, as if nobody answered before it; the same where there is none.

    `price`: of a part; None, and with it the amounts, where the organisation said none. `sampled`: from how many people's names
    `parts_each` was counted, fewer than `texts` where there are many.
    """

    channel: str
    texts: int
    parts_each: float
    reminder_parts_each: float
    reminders: int
    sampled: int
    price: Decimal | None
    currency: str

    @property
    def channel_label(self) -> str:
        return str(Message.Channel(self.channel).label)

    @property
    def parts(self) -> int:
        return round(self.texts * self.parts_each)

    @property
    def most_parts(self) -> int:
        """With every reminder."""
        return self.parts + round(self.texts * self.reminders * self.reminder_parts_each)

    @property
    def amount(self) -> Decimal | None:
        return None if self.price is None else self.price * self.parts

    @property
    def most(self) -> Decimal | None:
        return None if self.price is None else self.price * self.most_parts


def cost_of(judging: Judging, draw: Draw, texts: int) -> Cost | None:
    """None where no text would leave."""
    programme = judging.programme
    channel = programme.text_channel
    if not channel or not texts:
        return None
    first, again, sampled = _parts(judging, draw)
    row = text_gateway()
    price = row.price_of(channel) if row else None
    return Cost(
        channel=channel,
        texts=texts,
        parts_each=first,
        reminder_parts_each=again,
        reminders=len(programme.reminders),
        sampled=sampled,
        price=price,
        currency=row.currency if row and price is not None else "",
    )


def _parts(judging: Judging, draw: Draw) -> tuple[float, float, int]:
    """The average parts of the invitation and of a reminder, and how many people's names say so."""
    channel = judging.programme.text_channel
    people = Customer._meta.db_table
    select = (
        f"SELECT judged.language, people.name FROM judged JOIN {people} AS people ON people.id = judged.id"  # noqa: S608
        " WHERE judged.reason = '' AND judged.channel = %s ORDER BY judged.draw LIMIT %s"
    )
    rows = judging.read(select, channel, SAMPLED, draw=draw)
    if channel == Message.Channel.WHATSAPP or not rows:
        return 1.0, 1.0, len(rows)
    content = content_for(judging.programme.survey)
    named = Counter((language, name.split()[0] if name else "") for language, name in rows)
    first = sum(n * preview_text(content, language, name).size.parts for (language, name), n in named.items())
    again = sum(
        n * preview_text(content, language, name, reminder=True).size.parts for (language, name), n in named.items()
    )
    return first / len(rows), again / len(rows), len(rows)
