"""The functions users see in the menu: one folder each, found by the registry, never importing one another."""
