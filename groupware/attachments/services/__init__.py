"""Verbs of attachments: uploading, belonging, handing out, sweeping. They run in the current unit of work and never commit."""
