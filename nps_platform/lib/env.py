"""The environment as typed settings; every NAME may also come from the file that NAME_FILE points at."""

from __future__ import annotations

import secrets
from pathlib import Path

import environ
from environ.fileaware_mapping import FileAwareMapping


class _Values(FileAwareMapping):
    """Without the line break that `echo` and editors put at the end of a secret's file."""

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(key).rstrip("\r\n")


class _Env(environ.FileAwareEnv):
    ENVIRON = _Values()

    def beginning_with(self, prefix: str) -> dict[str, str]:
        """Every NAME that begins with `prefix`, without it; given as NAME_FILE it is read from there."""
        names = {name.removesuffix("_FILE") for name in self.ENVIRON if name.startswith(prefix)}
        return {name.removeprefix(prefix): self.str(name) for name in sorted(names)}


env = _Env()


def secret_key(data_dir: Path) -> str:
    """SECRET_KEY, or one made once into `data_dir` (mode 600) so that links stay valid across restarts."""
    given = env.str("SECRET_KEY", default="")
    if given:
        return given
    file = data_dir / "secret-key"
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()
