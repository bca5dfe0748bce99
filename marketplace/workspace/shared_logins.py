"""The logins of a trial are everybody's: nobody shuts the others out."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext

from marketplace.catalogue.models import User
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.site.demo.people import LOGINS


def is_shared_login(person: User) -> bool:
    return settings.DEMO and any(login.email == person.email for login in LOGINS)


def refuse_shared_login(person: User) -> None:
    """Raises CatalogueRefused."""
    if is_shared_login(person):
        raise CatalogueRefused(
            "shared-login",
            gettext("This login is shared by all who try the demo. Sign up to try this."),
        )
