"""A function made for these tests: a page, a rule, a portlet, something to search, so that switching it off shows."""

from flask import Blueprint

from groupware.plugin import (
    CONTRACT,
    NavItem,
    PendingItem,
    PendingSource,
    Permission,
    Plugin,
    Portlet,
    Rule,
    SearchHit,
    SearchProvider,
)
from groupware.web.gate import requires, signed_in


def shop() -> Plugin:
    """The function, with a blueprint of its own for each application."""
    blueprint = Blueprint("shop", __name__)

    @blueprint.get("/")
    @signed_in
    def index() -> str:
        return "open"

    @blueprint.get("/shelves")
    @requires("shop:shelf:manage")
    def shelves() -> str:
        return "shelves"

    return Plugin(
        id="shop",
        contract=CONTRACT,
        title="売店",
        summary="品物を並べます。",
        icon="tag",
        order=40,
        endpoint="shop.index",
        blueprint=blueprint,
        nav=(NavItem(endpoint="shop.shelves", label="棚の管理", permission="shop:shelf:manage"),),
        portlets=(
            Portlet(
                id="shop.news",
                title="売店の品物",
                icon="tag",
                template="portal/_contacts.html",
                load=lambda actor: {},
                order=99,
            ),
        ),
        pending=(
            PendingSource(
                id="shop.orders",
                load=lambda actor, limit: (
                    [PendingItem(title="注文の確認", url="/shop/", kind="注文", icon="tag")],
                    1,
                ),
            ),
        ),
        permissions=(Permission(id="shop:shelf:manage", title="棚の管理", is_elevated=True),),
        rules=(
            Rule(
                id="shop.days",
                title="取り置き日数",
                help="品物を取り置く日数です。",
                default=14,
                minimum=1,
                maximum=30,
            ),
            Rule(id="shop.approval", title="承認", help="", default=False),
            Rule(
                id="shop.colour", title="色", help="", default="red", choices=(("red", "赤"), ("blue", "青"))
            ),
            Rule(
                id="shop.weekdays",
                title="曜日",
                help="",
                default=("mon",),
                choices=(("mon", "月"), ("tue", "火"), ("wed", "水")),
            ),
            Rule(id="shop.note", title="案内", help="", default="", max_length=10),
        ),
        search=(
            SearchProvider(
                id="shop.articles",
                title="品物",
                icon="tag",
                find=lambda actor, text, limit: [SearchHit(title="鉛筆", url="/shop/")],
            ),
        ),
    )
