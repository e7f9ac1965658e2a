"""Writes of the directory: deliveries, and the verbs by which people keep units, people, duties and groups by hand.

Every write that touches appointments, versions of units, duties or groups ends with `settling.settle`.
"""
