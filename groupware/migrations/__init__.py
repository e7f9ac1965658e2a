"""Versions of the database: one linear history for the core and one for each plugin, each with its own version table.

One shared version table dies as soon as a plugin's package is absent; with one each, a removed plugin leaves its tables
and its version behind and blocks nothing.
"""
