"""Records: classification, retention, tombstone, hold and purge of content."""
