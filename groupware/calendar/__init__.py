"""Calendar arithmetic of a Japanese municipality: fiscal years, era dates, public holidays, ranges of days, recurrences.

Pure functions over days and times. Nothing here reads a clock, a file, a setting or a database: the caller passes
the day it means, and whatever an ordinance may set differently is a parameter with the usual value as default.
"""
