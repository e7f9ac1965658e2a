"""What tests stand on: databases, the browser, a served instance, and the closed network."""
