"""What a bureau may decide about the guarding of content."""

from groupware.guards.enums import Act, NumberRule
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Rule
from groupware.zones import EVERY_ZONE, Zone

ZONES = tuple((zone.value, zone.label) for zone in Zone)

ZONE_RULES = {
    Act.VIEW: "guards.zones_view",
    Act.SEND: "guards.zones_send",
    Act.DOWNLOAD: "guards.zones_download",
}
FILE_TYPES = {zone: f"guards.file_types_{zone.value}" for zone in Zone}

NUMBERS = "guards.individual_numbers"

_FILE_TITLES = {
    Zone.INTERNET: lazy_gettext("File types on the Internet side"),
    Zone.LGWAN: lazy_gettext("File types on the LGWAN side"),
    Zone.NUMBER: lazy_gettext("File types on the individual number side"),
}

RULES = (
    Rule(
        id=ZONE_RULES[Act.VIEW],
        title=lazy_gettext("Zones from which pages may be viewed"),
        help=lazy_gettext(
            "From other zones only signing in and out, the own settings and the help pages are open. The zone is that of the"
            " network in which the person signed in."
        ),
        default=EVERY_ZONE,
        choices=ZONES,
    ),
    Rule(
        id=ZONE_RULES[Act.SEND],
        title=lazy_gettext("Zones from which something may be entered or sent"),
        help=lazy_gettext("From other zones pages can be read only."),
        default=EVERY_ZONE,
        choices=ZONES,
    ),
    Rule(
        id=ZONE_RULES[Act.DOWNLOAD],
        title=lazy_gettext("Zones into which files and lists may be taken out"),
        help=lazy_gettext("Holds for attachments and for every list that leaves as a file."),
        default=(Zone.LGWAN.value, Zone.NUMBER.value),
        choices=ZONES,
    ),
    *(
        Rule(
            id=FILE_TYPES[zone],
            title=_FILE_TITLES[zone],
            help=lazy_gettext(
                "Endings of the files that may be opened from there, separated by commas, for example pdf, png."
                " Empty: no further limit."
            ),
            default="",
        )
        for zone in Zone
    ),
    Rule(
        id=NUMBERS,
        title=lazy_gettext("Individual numbers (My Number) in texts"),
        help=lazy_gettext(
            "Twelve digits with the right check digit. “Warn” lets people confirm that it is none; “Refuse” accepts nothing"
            " that looks like one. The number is never recorded."
        ),
        default=NumberRule.WARN.value,
        choices=(
            (NumberRule.OFF.value, lazy_pgettext("individual number", "Do not check")),
            (NumberRule.WARN.value, lazy_pgettext("individual number", "Warn")),
            (NumberRule.REFUSE.value, lazy_pgettext("individual number", "Refuse")),
        ),
    ),
)
