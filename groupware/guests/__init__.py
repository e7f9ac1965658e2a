"""Guests ゲスト(庁外): people of other bodies who were let into one place, and for whom nothing else exists.

A guest is a row of `core_people` that never works here, so that no list, picker, audience or sign-in of staff knows them, and a
`Guest` that says until when and from where they may come. They have sessions of their own and pages of their own; the boundary
answers them as strangers are answered by a house that is not there, unless a view is declared `open_to_guests`.
"""
