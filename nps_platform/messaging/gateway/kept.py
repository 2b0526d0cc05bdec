"""A gateway for trying out: every text stays in the outbox, where one can play the customer. Nothing leaves."""

from __future__ import annotations

from nps_platform.lib.text_parts import size_of
from nps_platform.messaging.delivery import Outcome
from nps_platform.messaging.gateway.interface import Inbound, NotSigned, Post, Receipt, Status, Text


class KeptGateway:
    """Nobody tells us anything, so every post is somebody else's."""

    def send(self, text: Text) -> Receipt:
        return Receipt(Outcome.KEPT, parts=size_of(text.body).parts)

    def parse_status(self, post: Post) -> Status | None:
        raise NotSigned

    def parse_inbound(self, post: Post) -> Inbound | None:
        raise NotSigned
