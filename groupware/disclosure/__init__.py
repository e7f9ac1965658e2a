"""公開請求: search everything, choose, protect, blacken, hand out, decide (administration.md 29)."""
