"""The client of an installation."""

from __future__ import annotations

from .connection import Connection, Token
from .ngsi_ld import NgsiLd
from .services import Services


class Alzette(Services):
    """`ngsi_ld` for the data of a tenant, and a member for each contract of the services: `energy`, `work_order`.

    token: an API key, or a token of a user; a function is called before each request.
    """

    def __init__(self, url: str, *, token: Token = None, tenant: str = "", context: str | None = None,
                 timeout: float = 30):
        connection = Connection(url, token, tenant, timeout)
        super().__init__(connection.send)
        self.ngsi_ld = NgsiLd(connection, context)
