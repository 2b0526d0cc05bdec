"""Secrets in the database are readable by this deployment alone."""

from __future__ import annotations

import pytest
from django.test import override_settings

from nps_platform.lib.sealing import CantOpen, seal, unseal


def test_what_is_sealed_is_not_readable_and_comes_back() -> None:
    sealed = seal("auth-token-ñ")
    assert "auth-token" not in sealed
    assert unseal(sealed) == "auth-token-ñ"


def test_a_rotated_key_opens_what_its_fallback_sealed_and_no_other() -> None:
    with override_settings(SECRET_KEY="old" * 20):
        sealed = seal("kept")
    with override_settings(SECRET_KEY="new" * 20, SECRET_KEY_FALLBACKS=["old" * 20]):
        assert unseal(sealed) == "kept"
    with override_settings(SECRET_KEY="new" * 20), pytest.raises(CantOpen):
        unseal(sealed)


def test_what_somebody_changed_is_refused() -> None:
    with pytest.raises(CantOpen):
        unseal(seal("kept")[:-4] + "AAAA")
