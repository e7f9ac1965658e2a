"""Addresses of attachments: uploads, which scripts speak to, and files."""

from groupware.attachments.views import files, looking, numbers, uploads
from groupware.attachments.views.blueprint import blueprint

__all__ = ["blueprint", "files", "looking", "numbers", "uploads"]
