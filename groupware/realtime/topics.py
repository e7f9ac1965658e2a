"""Topics by name: which function a topic belongs to, and who may follow it."""

from dataclasses import dataclass

from groupware import rules
from groupware.actor import Actor
from groupware.plugin import Plugin, TopicKind
from groupware.registry import registry

LONGEST = 120
"""Characters of a topic's name."""


@dataclass(frozen=True, slots=True)
class NamedTopic:
    """A topic that a function declares, and the key in its name."""

    plugin: Plugin
    kind: TopicKind
    key: int


def named_topic(name: object) -> NamedTopic | None:
    """The topic of that name, or None for what no function declares or what is no name at all."""
    if not isinstance(name, str) or len(name) > LONGEST:
        return None
    kind_id, _, key = name.rpartition(".")
    found = registry().topics.get(kind_id)
    # As many digits as a key can have: Python reads others' digits as numbers as well.
    if found is None or not key.isascii() or not key.isdigit() or len(key) > 18:
        return None
    return NamedTopic(*found, int(key))


def may_follow(actor: Actor, name: object) -> bool:
    """Whether the actor may know what happens in the topic. Hidden, missing and meaningless topics are alike."""
    topic = named_topic(name)
    return (
        topic is not None
        and rules.is_enabled(topic.plugin, actor.unit_id)
        and topic.kind.may_follow(actor, topic.key)
    )


def may_signal(actor: Actor, name: object, signal: object) -> bool:
    """Whether the actor may send this signal into the topic."""
    topic = named_topic(name)
    return (
        topic is not None
        and topic.kind.may_signal is not None
        and signal in topic.kind.signals
        and rules.is_enabled(topic.plugin, actor.unit_id)
        and topic.kind.may_signal(actor, topic.key)
    )


__all__ = ["NamedTopic", "may_follow", "may_signal", "named_topic"]
