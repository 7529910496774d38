import type { FastifyRequest } from 'fastify';

/** Possible secrets of a request: a bearer token, a Basic password, or a special header. */
export function credentialsOf({ headers }: Pick<FastifyRequest, 'headers'>): string[] {
  const given: string[] = [];
  const [scheme = '', credentials = ''] = (headers.authorization ?? '').split(' ');
  if (/^bearer$/i.test(scheme)) given.push(credentials);
  if (/^basic$/i.test(scheme))
    given.push(
      Buffer.from(credentials, 'base64')
        .toString()
        .replace(/^[^:]*:/, ''),
    );
  const own = headers['x-webhook-secret'] ?? headers['x-api-key'];
  if (typeof own === 'string') given.push(own);
  return given;
}
