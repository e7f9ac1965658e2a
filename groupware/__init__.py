"""The core of the groupware: what every function shares, and nothing a user would call a function of its own."""

__version__ = "0.1.0"
