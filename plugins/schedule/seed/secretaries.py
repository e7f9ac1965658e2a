"""The secretariat of the sample municipality acts for whoever is mayor or deputy mayor, wherever there is one."""

from collections.abc import Mapping

from groupware.demo.context import DemoContext
from plugins.schedule.models import Secretary
from plugins.schedule.seed.special import SPECIAL_RANK


def name_secretaries(context: DemoContext, principals: Mapping[int, int]) -> None:
    """Name its first people for the posts; `principals` are those of people."""
    rng = context.rng("schedule.secretaries")
    office = context.find("秘書課")
    heads = [one for one in context.root.people if one.post.rank <= SPECIAL_RANK]
    given_at = context.at(context.april())
    context.insert(
        Secretary,
        [
            {
                "uid": context.uid(rng, given_at),
                "unit_id": context.root.id,
                "post_id": post_id,
                "principal_id": principals[person.id],
                "valid_from": context.april(),
                "given_by_name": heads[0].name,
                "given_at": given_at,
            }
            for post_id in dict.fromkeys(one.post.id for one in heads)
            for person in (office.people[:3] if office is not None else [])
        ],
    )
