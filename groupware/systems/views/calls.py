"""Where business systems call, each with its token: post and withdraw notices, set counters."""

from flask import Response, jsonify

from groupware.api.reading import body_as
from groupware.i18n import lazy_gettext
from groupware.plugin import Call
from groupware.systems import services
from groupware.systems.services import Count, Draft, Receiver
from groupware.systems.services.tokens import SCOPE
from groupware.systems.shapes import CountersInput, CountersOutput, Meant, NoticeInput, NoticeOutput
from groupware.systems.views.blueprint import blueprint
from groupware.web.boundary import calling_system
from groupware.web.gate import called_by

NOTICES, COUNTERS = "/api/v1/systems/notices", "/api/v1/systems/counters"

CALLS = (
    Call(
        method="POST",
        path=NOTICES,
        title=lazy_gettext("Tell people something"),
        scope=SCOPE,
        takes=NoticeInput,
        answers={"200": NoticeOutput, "201": NoticeOutput},
    ),
    Call(
        method="DELETE",
        path=f"{NOTICES}/{{key}}",
        title=lazy_gettext("Take a notice back"),
        scope=SCOPE,
        answers={"204": None},
    ),
    Call(
        method="PUT",
        path=COUNTERS,
        title=lazy_gettext("Set the numbers at the icon of the system"),
        scope=SCOPE,
        takes=CountersInput,
        answers={"200": CountersOutput},
    ),
)


@blueprint.post(NOTICES)
@called_by("system", scope=SCOPE)
def post_notice() -> tuple[Response, int]:
    """Tell people something: 201 for a new notice, 200 if the same call came before."""
    sent = body_as(NoticeInput)
    done = services.post(
        calling_system(),
        Draft(
            key=sent.key,
            title=sent.title,
            receivers=tuple(_receiver(one) for one in sent.receivers),
            url=sent.url,
            is_urgent=sent.urgency == "urgent",
            expires_at=sent.expires_at,
            skips_unknown=sent.unknown == "skip",
        ),
    )
    answer = NoticeOutput(key=done.key, receivers=done.receivers, skipped=list(done.skipped))
    return jsonify(answer.model_dump()), 201 if done.is_new else 200


@blueprint.delete(f"{NOTICES}/<key>")
@called_by("system", scope=SCOPE)
def withdraw_notice(key: str) -> Response:
    """Take a notice back; once is enough."""
    services.withdraw(calling_system(), key)
    return Response(status=204)


@blueprint.put(COUNTERS)
@called_by("system", scope=SCOPE)
def put_counters() -> Response:
    """Set the numbers at the system's icon."""
    sent = body_as(CountersInput)
    done = services.set_counters(
        calling_system(),
        [Count(_receiver(one), one.number) for one in sent.counters],
        replaces_all=sent.replace,
        skips_unknown=sent.unknown == "skip",
    )
    return jsonify(CountersOutput(set=done.number, skipped=list(done.skipped)).model_dump())


def _receiver(one: Meant) -> Receiver:
    return Receiver(
        staff_number=one.staff_number or "", unit_code=one.unit_code or "", with_below=one.with_below
    )
