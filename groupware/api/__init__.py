"""The REST API: programs do with a token what a person does on the pages, through the same services and permissions.

A personal token acts as its person and never reaches further than its scopes. A token of a foreign system acts as nobody:
its views hand the calling system to a service that was written for it.
"""
