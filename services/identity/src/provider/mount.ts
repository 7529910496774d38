import { DOCUMENT, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { Provider } from 'oidc-provider';

/** Headers that the server sets for every answer; the others are the provider's. */
const OF_EVERY_ANSWER = ['x-content-type-options', 'strict-transport-security', 'x-request-id'];

/**
 * Passes all requests of the scope without a route to the provider, unparsed: it reads bodies and writes answers
 * itself. Host and protocol are those of PUBLIC_URL, so that a request can't inject a host into links; the address is
 * the one that our trusted proxies report.
 */
export function mountProvider(scope: FastifyInstance, publicUrl: string, provider: () => Provider): void {
  const { host, protocol } = new URL(publicUrl);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const description = operation({
    access: 'nothing',
    summary: 'OpenID Connect: discovery, keys, tokens, sign-out',
    answers: DOCUMENT,
  });
  scope.all('/*', description, (request, reply) => {
    const { raw } = request;
    reply.hijack();
    const mounted = raw as typeof raw & { originalUrl?: string };
    mounted.originalUrl = raw.url ?? '/';
    raw.url = mounted.originalUrl.slice(scope.prefix.length) || '/';
    raw.headers['x-forwarded-for'] = request.ip;
    raw.headers['x-forwarded-host'] = host;
    raw.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    for (const name of OF_EVERY_ANSWER) {
      const value = reply.getHeader(name);
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    return provider().callback()(raw, reply.raw);
  });
}
