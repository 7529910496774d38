import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AskProduct } from './ask-product.ts';

const CREDENTIALS = ['authorization', 'x-api-key'] as const;

/** Sends requests to the product itself, with the rights of the caller. @param tenant default: the default one */
export function askAs(app: FastifyInstance, { headers }: Pick<FastifyRequest, 'headers'>, tenant?: string): AskProduct {
  const credentials = Object.fromEntries(
    CREDENTIALS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
  const own = { ...credentials, ...(tenant !== undefined && { 'ngsild-tenant': tenant }) };
  return async (method, url, body) => {
    const answer = await app.inject({
      method,
      url,
      headers: own,
      ...(body !== undefined && { payload: body as object }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
}
