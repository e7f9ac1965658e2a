"""Guarding content: zones, individual numbers, labels, disclosure, incidents (administration.md 24 to 29)."""
