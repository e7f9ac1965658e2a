"""Realtime: what is written as a durable event reaches the open pages of those who may know of it.

The row is first, the push second. `bus` carries what a unit of work has committed to the processes that hold sockets; `hub`
sends it to the sockets of this process and looks into `core_topics` every second for what the bus has missed; `sockets` is
what a browser may say. A client that sees a gap fetches the events that it lacks over HTTP (`views`).
"""
