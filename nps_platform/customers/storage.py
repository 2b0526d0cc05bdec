"""Where uploaded files lie: never served, readable by the application alone, gone when they have done their work."""

from __future__ import annotations

from uuid import uuid4

from django.core.files.storage import FileSystemStorage, Storage

from nps_platform.tenancy.scope import current_organization


def private_files() -> Storage:
    """Files of mode 600 in folders of mode 700."""
    return FileSystemStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def import_path(instance: object, filename: str) -> str:
    """A name that says nothing of what the person called the file."""
    return f"imports/{current_organization().pk}/{uuid4().hex}.csv"
