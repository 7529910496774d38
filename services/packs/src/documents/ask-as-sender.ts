import { headersOfSender } from '@alzette/kit/access';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AskProduct } from './ask-product.ts';

/**
 * Sends requests to the product itself, with the rights and the address of who sent this one.
 *
 * @param tenant default: that of this one
 */
export function askAsSender(app: FastifyInstance, request: FastifyRequest, tenant = request.tenant): AskProduct {
  return async (method, url, body) => {
    const answer = await app.inject({
      method,
      url,
      remoteAddress: request.ip,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headersOfSender(request, tenant),
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
}
