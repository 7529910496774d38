"""Requests over HTTP, with the standard library alone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Callable, Mapping
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

Token = Any  # a text, a function that returns one, or None


class AlzetteError(Exception):
    """An answer with an error status: its problem details (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]):
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


class Answer:
    """The value of an answer: of JSON, or the bytes of a file. `headers` is case-insensitive."""

    def __init__(self, value: Any, headers: Any):
        self.value = value
        self.headers = headers


class Connection:
    """An installation, with what each request says: who asks, and for which tenant."""

    def __init__(self, url: str, token: Token, tenant: str, timeout: float):
        self._root = url.rstrip("/")
        self._token = token
        self._tenant = tenant
        self._timeout = timeout

    def send(self, method: str, path: str, *, params: Mapping[str, Any] | None = None,
             query: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """Calls an operation of a service."""
        for name, value in (params or {}).items():
            path = path.replace(f":{name}", quote(_text(value), safe=""), 1)
        return self.request(method, path, query=query, body=body).value

    def request(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None,
                headers: Mapping[str, str] | None = None) -> Answer:
        asked = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        url = self._root + path + (f"?{urlencode(asked)}" if asked else "")
        is_file = isinstance(body, (bytes, bytearray))
        data = body if body is None or is_file else json.dumps(body, default=_text).encode()
        request = Request(url, data=data, method=method, headers=dict(headers or {}))
        if body is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "application/octet-stream" if is_file else "application/json")
        token = self._token() if callable(self._token) else self._token
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if self._tenant:
            request.add_header("NGSILD-Tenant", self._tenant)
        try:
            with urlopen(request, timeout=self._timeout) as response:
                return Answer(_value(response.read(), response.headers.get_content_type()), response.headers)
        except HTTPError as error:
            raise AlzetteError(error.code, _problem(error)) from None


def _value(content: bytes, media_type: str) -> Any:
    if content == b"":
        return None
    return json.loads(content) if "json" in media_type else content


def _problem(error: HTTPError) -> Mapping[str, Any]:
    content = error.read()
    try:
        problem = json.loads(content)
    except ValueError:  # a proxy has answered
        problem = None
    if isinstance(problem, dict):
        return problem
    return {"title": error.reason, "detail": content[:200].decode(errors="replace")}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ",".join(_text(each) for each in value)
    return str(value)
