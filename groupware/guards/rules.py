"""What a bureau may decide about the guarding of content."""

from groupware.guards.enums import Act, Label, NumberRule
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

LABELS = tuple((label.value, label.label) for label in Label)
LABEL_DEFAULT = "guards.label_default"
LABEL_ZONES = {Label.TWO: "guards.label_zones_2", Label.THREE: "guards.label_zones_3"}
LABEL_YEARS = {Label.TWO: "guards.label_years_2", Label.THREE: "guards.label_years_3"}
NO_EXPORT = "guards.label_no_export"
NO_PRINT = "guards.label_no_print"
COPY_WARNING = "guards.label_copy_warning"
MAIL_CONTENT = "guards.label_mail_content"
AUDITED = "guards.label_audited"
NUMBERS = "guards.individual_numbers"

_ZONE_TITLES = {
    Label.TWO: lazy_gettext("Zones in which confidentiality 2 may be seen"),
    Label.THREE: lazy_gettext("Zones in which confidentiality 3 may be seen"),
}
_YEAR_TITLES = {
    Label.TWO: lazy_gettext("Years that confidentiality 2 is kept at least"),
    Label.THREE: lazy_gettext("Years that confidentiality 3 is kept at least"),
}
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
        title=lazy_gettext("Individual numbers (My Number) in texts and files"),
        help=lazy_gettext(
            "Twelve digits with the right check digit. “Warn” lets people confirm that it is none; “Refuse” accepts nothing"
            " that looks like one. Files are looked through after they have come: “Warn” tells who added them, “Refuse” keeps"
            " them back until an information security officer releases them. The number is never recorded."
        ),
        default=NumberRule.WARN.value,
        choices=(
            (NumberRule.OFF.value, lazy_pgettext("individual number", "Do not check")),
            (NumberRule.WARN.value, lazy_pgettext("individual number", "Warn")),
            (NumberRule.REFUSE.value, lazy_pgettext("individual number", "Refuse")),
        ),
    ),
    Rule(
        id=LABEL_DEFAULT,
        title=lazy_gettext("Confidentiality of new contents"),
        help=lazy_gettext("Preset; whoever writes can choose another one."),
        default=Label.TWO.value,
        choices=LABELS,
    ),
    *(
        Rule(
            id=LABEL_ZONES[label],
            title=_ZONE_TITLES[label],
            help=lazy_gettext(
                "Elsewhere such contents look as if they did not exist. The rule of the reader's organisation counts."
            ),
            default=EVERY_ZONE if label is Label.TWO else (Zone.LGWAN.value, Zone.NUMBER.value),
            choices=ZONES,
        )
        for label in LABEL_ZONES
    ),
    Rule(
        id=NO_EXPORT,
        title=lazy_gettext("Confidentiality that does not leave as a file"),
        help=lazy_gettext(
            "Lists that are exported leave such contents out and say how many; their files are not handed out."
        ),
        default=(Label.THREE.value,),
        choices=LABELS,
    ),
    Rule(
        id=NO_PRINT,
        title=lazy_gettext("Confidentiality that is not printed"),
        help=lazy_gettext(
            "The page prints without the text. It cannot keep anybody from photographing a screen."
        ),
        default=(),
        choices=LABELS,
    ),
    Rule(
        id=COPY_WARNING,
        title=lazy_gettext("Confidentiality with a warning on copying"),
        help=lazy_gettext("Whoever copies from the text is reminded of how it may be used."),
        default=(Label.THREE.value,),
        choices=LABELS,
    ),
    Rule(
        id=MAIL_CONTENT,
        title=lazy_gettext("Confidentiality whose content may stand in an e-mail"),
        help=lazy_gettext("Of all others an e-mail only says that there is something new."),
        default=(Label.ONE.value,),
        choices=LABELS,
    ),
    Rule(
        id=AUDITED,
        title=lazy_gettext("Confidentiality of which every view is recorded"),
        help=lazy_gettext("The audit log then says who opened it and when."),
        default=(Label.THREE.value,),
        choices=LABELS,
    ),
    *(
        Rule(
            id=LABEL_YEARS[label],
            title=_YEAR_TITLES[label],
            help=lazy_gettext("A shorter retention is raised to it. 0: no requirement."),
            default=0 if label is Label.TWO else 3,
            minimum=0,
            maximum=30,
        )
        for label in LABEL_YEARS
    ),
)
