"""Backup and restore of a whole installation: database and files in one sealed file.

A backup holds the state of one moment: the database first, then the files that it names, which are never changed once they
are written and erased only long after nothing names them. It is sealed (`groupware.crypto`) with a key that lies outside the
data. A restore proves all of it before it writes anything, and never writes over an installation.
"""
