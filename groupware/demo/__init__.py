"""A sample municipality that a city would recognise, for trying things out, for tests and for measurements."""

from groupware.demo.build import build_demo

__all__ = ["build_demo"]
