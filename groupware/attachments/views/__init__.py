"""Addresses of attachments: uploads, which scripts speak to, and files."""

from groupware.attachments.views import files, looking, uploads
from groupware.attachments.views.blueprint import blueprint

__all__ = ["blueprint", "files", "looking", "uploads"]
