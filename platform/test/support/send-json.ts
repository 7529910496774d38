import assert from 'node:assert/strict';

/**
 * Sends a body, as JSON-LD if it names its context, and resolves to that of the answer, which has to be 2xx; undefined
 * if it is empty.
 */
export async function sendJson<Answer = unknown>(
  url: string,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const type = body && '@context' in body ? 'application/ld+json' : 'application/json';
  const response = await fetch(url + path, {
    method,
    headers: { ...(body && { 'content-type': type }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer; // as the route documents it
}

/** Creates a user, who sets a password by the link that the administrator gives them. */
export async function createUser(url: string, user: object, password: string): Promise<void> {
  const { id } = await sendJson<{ id: string }>(url, 'POST', '/ops/identity/users', user);
  const { link } = await sendJson<{ link: string }>(url, 'POST', `/ops/identity/users/${id}/reset-link`, {});
  const answer = await fetch(link, { method: 'POST', body: new URLSearchParams({ password }) });
  assert.ok(answer.status < 400, `${link}: ${answer.status}`);
}
