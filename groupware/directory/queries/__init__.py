"""Reads of the directory for deliveries: the state to compare with, and the batches."""
