"""Customer pages are light and fetch nothing; the question alone runs one small script, and works without."""

from __future__ import annotations

import base64
import gzip
import re
from hashlib import sha256

import pytest
from django.test import Client

from closeloop.actions import forward_case, send_reply
from closeloop.models import Case
from surveys.models import Invitation
from tests.conftest import Cast

LIMIT = 14 * 1024


@pytest.mark.parametrize("language", ["en", "es", "it"])
def test_each_page_stays_under_fourteen_kilobytes(
    client: Client, invitation: Invitation, case: Case, cast: Cast, language: str
) -> None:
    send_reply(case, text="We come on Monday. " * 20, by=cast.bruno)
    forward = forward_case(case, email="plumber@help.example", text="Can you go?", hidden_fields=(), by=cast.bruno)
    paths = (f"/s/{invitation.token}", f"/s/{invitation.token}/privacy", f"/c/{case.response.loop_token}")
    for path in (*paths, f"/f/{forward.token}", "/s/garbled"):
        page = client.get(path, {"language": language})
        assert len(gzip.compress(page.content)) < LIMIT / 2, "half of what is promised: brands bring a logo"
        assert not re.search(r"<script|<link rel=.stylesheet|<img|@import|url\(|\son\w+=|\sstyle=\"", page.text)
        policy = page["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and not page.cookies


def test_the_question_runs_one_small_script_that_talks_to_us_alone(client: Client, invitation: Invitation) -> None:
    page = client.get(f"/s/{invitation.token}")
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    assert len(script) < 1300 and len(gzip.compress(page.content)) < LIMIT / 2
    policy = page["Content-Security-Policy"]
    assert f"script-src 'sha256-{digest}'; connect-src 'self'" in policy and "unsafe" not in policy
