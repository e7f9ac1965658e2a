"""Reads of the chat. Whoever has no tie to a room is answered as if it did not exist."""
