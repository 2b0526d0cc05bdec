"""Where Django's own mail (account confirmation, passwords) goes when there is no mail server: a folder for the operator."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

KEPT = 500
_counter = itertools.count(1)


class FolderBackend(BaseEmailBackend):
    """One .eml file a mail in DATA_DIR/mail, readable by the owner of the process alone; the newest 500 are kept."""

    def __init__(self, fail_silently: bool = False, folder: Path | None = None, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently, **kwargs)
        self.folder = folder or Path(settings.DATA_DIR) / "mail"

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message.message().as_bytes())
        self._prune()
        return len(email_messages)

    def _write(self, mail: bytes) -> None:
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}-{next(_counter)}.eml"
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(mail)

    def _prune(self) -> None:
        for old in sorted(self.folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
