"""The PIN that lets staff out of a tablet's full screen: checked on the tablet itself, also without a network.

The tablet holds a PBKDF2-SHA256 hash as Django writes it, which the browser can compute too. A short PIN can be guessed from
that hash by whoever reads the page: it keeps passers-by on the question, and protects nothing else.
"""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher

# A second or less on a cheap tablet.
ROUNDS = 200_000


def hash_pin(pin: str) -> str:
    """`pbkdf2_sha256$rounds$salt$hash`, the hash in base64."""
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(pin, hasher.salt(), iterations=ROUNDS)
