import assert from 'node:assert/strict';
import type { AskProduct } from '@alzette/packs/kinds';
import type { FastifyInstance } from 'fastify';

/** Sends requests with an `Authorization` header. Bytes are an archive of a pack. `done`: fails unless the product does it. */
export function askAs(app: FastifyInstance, authorization: string, tenant = '') {
  const ask: AskProduct = async (method, url, given) => {
    const isZip = given instanceof Uint8Array;
    const answer = await app.inject({
      method,
      url,
      headers: {
        authorization,
        ...(tenant !== '' && { 'ngsild-tenant': tenant }),
        ...(given !== undefined && { 'content-type': `application/${isZip ? 'zip' : 'json'}` }),
      },
      ...(given !== undefined && { payload: isZip ? Buffer.from(given) : JSON.stringify(given) }),
    });
    const isArchive = answer.headers['content-type'] === 'application/zip';
    const body = isArchive ? new Uint8Array(answer.rawPayload) : answer.body === '' ? undefined : answer.json();
    return { status: answer.statusCode, body };
  };
  const done = async (method: Parameters<AskProduct>[0], path: string, body?: unknown) => {
    const answer = await ask(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return { ask, done };
}
