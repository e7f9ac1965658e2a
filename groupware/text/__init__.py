"""Japanese text for searching: one folding and one tokeniser, used alike when text is stored and when it is sought.

Pure functions. A stored key or index is valid for one `FOLDING_VERSION`; where that number has changed, keys and
indexes are to be rebuilt.
"""
