"""Personal settings: language, theme, sizes, and the person's own groups."""
