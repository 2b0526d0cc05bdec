"""What the person in front of the page may see; every query that could give somebody away asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right

PRIVACY_THRESHOLD = 5


@dataclass(frozen=True, slots=True)
class Reader:
    """`threshold`: cells with fewer respondents are hidden from this reader (METHOD, "Everywhere")."""

    personal: bool
    comments: bool
    cases: bool
    money: bool
    customers: bool

    @property
    def threshold(self) -> int:
        return 1 if self.personal else PRIVACY_THRESHOLD

    @classmethod
    def of(cls, membership: Membership) -> Reader:
        return cls(
            personal=membership.may(Right.PERSONAL),
            comments=membership.may(Right.COMMENTS),
            cases=membership.may(Right.CASES),
            money=membership.may(Right.MONEY),
            customers=membership.may(Right.CUSTOMERS),
        )
