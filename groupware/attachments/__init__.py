"""Attachments: files that belong to things of the functions, stored once by their content, handed out by one gate.

A file comes in pieces (`services/uploads.py`), is examined (`inspection`), and its content is stored under its SHA-256
(`storage`). An `Attachment` is a name for a content that belongs to one thing. Whether somebody may have it is decided in
`services/handing.py` and nowhere else, by asking the plugin that owns the thing. A plugin declares `AttachmentOwner`s and calls
`services.owning`; it gets upload, list, preview and download for it (docs/attachments.md).
"""
