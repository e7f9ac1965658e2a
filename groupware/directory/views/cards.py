"""A person's card, the photo, and the legal name for those who may see it."""

from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from groupware import clock
from groupware.access import holds_somewhere
from groupware.db import unit
from groupware.directory.exports import employment_words, kind_words
from groupware.directory.queries.cards import Card, card_of
from groupware.directory.queries.photos import shown_photo
from groupware.directory.services.legal_names import see_legal_name
from groupware.directory.views.frame import blueprint
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import own_units, requires


@blueprint.get("/people/<uuid:uid>")
@requires("directory:person:read")
def person(uid: UUID) -> ResponseReturnValue:
    """The card of a person."""
    return _page(_card(uid), "")


@blueprint.get("/people/<uuid:uid>/legal-name")
@own_units
@requires("directory:legal_name:read")
def legal_name(uid: UUID) -> ResponseReturnValue:
    """The card with the legal name; every look is audited before it is answered."""
    with unit("write"):
        name = see_legal_name(actor(), uid)
    with unit("read"):
        return _page(_card(uid), name)


@blueprint.get("/people/<uuid:uid>/photo")
@requires("directory:person:read")
def photo(uid: UUID) -> Response:
    """The photo of a person who consents to its being shown; of anybody else there is none."""
    found = shown_photo(uid)
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    response = make_response(found.content)
    response.content_type = found.media_type
    response.set_etag(found.digest)
    response.headers["Cache-Control"] = "private, max-age=300"
    return response.make_conditional(request)


def _card(uid: UUID) -> Card:
    card = card_of(uid, clock.today())
    if card is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return card


def _page(card: Card, name: str) -> str:
    acting = actor()
    return render_template(
        "directory/person.html",
        card=card,
        legal_name=name,
        can_see_legal_name=not name and holds_somewhere(acting, "directory:legal_name:read"),
        is_me=card.id == acting.person_id,
        kind_words=kind_words,
        employment_words=employment_words,
    )
