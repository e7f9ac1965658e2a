"""Scripts that run in the environment of the peers (.venv/peers): clients of other people against a server of ours."""
