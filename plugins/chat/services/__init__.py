"""What may be done in the chat. Every verb locks the room's row first where it writes into the room, and never commits."""
