"""Business systems that tell people something: 電子決裁, 財務会計, 庶務事務 and others post notices and set counters.

A system is an icon of the portal's launcher. It calls the API with a token of its own, which an administrator issued for
this icon. Its notices stand in the timeline of those they are for, its counters at its icon. A foreign system is no person:
it sees nothing and holds no permission, it can only do what the services of this package do for it.
"""
