"""Pages of the portal. Its address is the root of the installation; everything else of it lies below `/portal/`."""

from groupware.portal.views import contents, home, images, launcher, layouts, pages
from groupware.portal.views.blueprint import blueprint

__all__ = ["blueprint", "contents", "home", "images", "launcher", "layouts", "pages"]
