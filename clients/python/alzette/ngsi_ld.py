"""The operations of NGSI-LD (ETSI GS CIM 009) on the data of a tenant."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence
from urllib.parse import quote, unquote

from .connection import Answer, AlzetteError, Connection

Entity = Mapping[str, Any]
CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"


class NgsiLd:
    """Names in requests and answers are terms of `context`, the URL of an @context."""

    def __init__(self, connection: Connection, context: str | None):
        self._connection = connection
        self._context = context

    def create(self, entity: Entity) -> None:
        self._send("POST", "/entities", body=entity)

    def retrieve(self, id: str, **query: Any) -> dict[str, Any] | None:
        """None: there is no such entity. `format="simplified"`, `pick="name"` and others are parameters of the API."""
        try:
            return self._send("GET", _entity(id), query=query).value
        except AlzetteError as error:
            if error.status == 404:
                return None
            raise

    def query(self, *, limit: int = 100, **query: Any) -> Iterator[dict[str, Any]]:
        """All entities that match, page by page while they are consumed; `limit` is the size of a page."""
        offset = 0
        while True:
            page = self._send("GET", "/entities", query={**query, "limit": limit, "offset": offset}).value
            yield from page
            if len(page) < limit:
                return
            offset += limit

    def update(self, id: str, fragment: Entity) -> None:
        """Merges the attributes of the fragment into the entity."""
        self._send("PATCH", _entity(id), body=fragment)

    def set_value(self, id: str, attribute: str, value: Any) -> None:
        """Replaces the value of an attribute, and nothing else of it."""
        self._send("PUT", f"{_entity(id)}/attrs/{quote(attribute, safe='')}/value", body=value)

    def delete(self, id: str) -> None:
        self._send("DELETE", _entity(id))

    def upsert(self, entities: Sequence[Entity], *, update: bool = True) -> list[dict[str, Any]]:
        """Creates or updates entities; the result are the errors of those that were refused."""
        query = {"options": "update"} if update else {}
        answer = self._send("POST", "/entityOperations/upsert", query=query, body=entities).value
        return answer.get("errors", []) if isinstance(answer, dict) else []

    def history(self, *, limit: int = 100, **query: Any) -> list[dict[str, Any]]:
        return self._send("GET", "/temporal/entities", query={**query, "limit": limit}).value

    def subscribe(self, subscription: Entity) -> str:
        """The id of the subscription."""
        answer = self._send("POST", "/subscriptions", body={"type": "Subscription", **subscription})
        return unquote(answer.headers["Location"].rsplit("/", 1)[1])

    def unsubscribe(self, id: str) -> None:
        self._send("DELETE", f"/subscriptions/{quote(id, safe='')}")

    def _send(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> Answer:
        headers = {"Accept": "application/json"}
        documents = body if isinstance(body, (list, tuple)) else [body]
        if any(isinstance(each, Mapping) and "@context" in each for each in documents):
            headers["Content-Type"] = "application/ld+json"
        elif self._context:
            headers["Link"] = f'<{self._context}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"'
        return self._connection.request(method, f"/ngsi-ld/v1{path}", query=query, body=body, headers=headers)


def _entity(id: str) -> str:
    return f"/entities/{quote(id, safe='')}"
