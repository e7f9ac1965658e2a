"""The one directory: organisations, posts, people, appointments, duties and groups, all of them dated."""
