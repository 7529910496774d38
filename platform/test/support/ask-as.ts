import assert from 'node:assert/strict';
import type { AskProduct } from '@alzette/packs/kinds';
import type { FastifyInstance } from 'fastify';

/** Sends requests with an `Authorization` header. Bytes are an archive of a pack. `done`: fails unless the product does it. */
export function askAs(app: FastifyInstance, authorization: string) {
  const ask: AskProduct = async (method, url, body) => {
    const isZip = body instanceof Uint8Array;
    const answer = await app.inject({
      method,
      url,
      headers: {
        authorization,
        ...(body !== undefined && { 'content-type': `application/${isZip ? 'zip' : 'json'}` }),
      },
      ...(body !== undefined && { payload: isZip ? Buffer.from(body) : JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
  const done = async (method: Parameters<AskProduct>[0], path: string, body?: unknown) => {
    const answer = await ask(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return { ask, done };
}
