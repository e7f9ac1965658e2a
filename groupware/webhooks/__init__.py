"""Webhooks: other systems are told of events by a signed call, as soon as the worker comes to it.

An administrator names an address on a host that the site allows, and a person whose view decides: of what this person may
not see nothing is sent. A delivery is a row written with the event; a job calls, and tries again after growing pauses. A
call holds ids only: who wants more asks the API with a token of its own.
"""
