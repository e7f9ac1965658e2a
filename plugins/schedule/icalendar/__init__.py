"""Events as iCalendar texts (RFC 5545), and such texts as what they say: pure functions that know no table.

`reading` takes whatever programs and files bring and says with a sentence what it cannot take; `writing` makes the texts that
go out; `expanding` puts the single times of a series in its place. `parts` is what the three have in common. The library
`icalendar` parses and escapes; what it means for an event is decided in `services.programs`.
"""
