"""Deliveries of the personnel department: reading, checking, comparing with the directory, and writing them out.

Pure functions over text and plain values: nothing here asks the database or the clock, so that all of it may run off
the event loop. `services.batches` brings a delivery in, `services.applying` carries out what `difference` has planned.

The way of a delivery: bytes → `reading` (text, rows) → `parsing` (typed rows) → `identity` (who is who) → `checking`
(faults and remarks) → `difference` (a plan). Whatever is wrong is a `Finding` with file, line, column and reason; a
delivery with a single fault is not applied at all.
"""
