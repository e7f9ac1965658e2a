"""Pages and reads of the directory."""
