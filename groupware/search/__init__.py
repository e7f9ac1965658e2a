"""The search box over what plugins offer."""
