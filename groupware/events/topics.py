"""Names of the topics of the house."""

PERSON = "person."
"""Topics in which nothing happens: their epoch ends when the person has lost a session or a right."""


def person_topic(person_id: int) -> str:
    """The topic whose epoch ends with a right or a session of the person."""
    return f"{PERSON}{person_id}"
