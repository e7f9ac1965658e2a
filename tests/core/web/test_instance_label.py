"""The header says which instance it is; those that are not the real one say so loudly."""

import pytest


@pytest.mark.parametrize(
    ("settings", "label", "is_loud"),
    [
        ({"label": "production"}, "本番", False),
        ({"label": "verification"}, "検証", True),
        ({"label": "training"}, "研修", True),
        ({"label": "training", "demo": True}, "研修", True),
        ({"demo": True}, "デモ", False),
    ],
)
def test_instance_is_named_on_every_page_and_loud_where_it_is_not_the_real_one(
    make_app, settings, label, is_loud
):
    page = make_app(**settings).test_client().get("/login", headers={"Accept-Language": "ja"}).text
    assert f'<span class="instance-label">{label}</span>' in page
    assert ('data-instance="rehearsal"' in page) is is_loud
