"""The portal: one glance at the day, what waits, what is new, where everybody is."""
