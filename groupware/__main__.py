"""`python -m groupware` is the `groupware` command."""

from groupware.cli import main

main()
