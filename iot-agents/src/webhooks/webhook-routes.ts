import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connections } from '../devices/connection.ts';
import type { Counters } from '../frames/counters.ts';
import { isObject } from '../frames/json-values.ts';
import type { Receive } from '../frames/message-ports.ts';
import { LONGEST_BODY } from '../frames/message-ports.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { credentialsOf } from '../http/credentials.ts';
import { countRefusals } from '../http/error-answers.ts';
import { actilityRoot, isActilityToken } from '../network-servers/actility.ts';
import { createSignatureCheck } from './webhook-signature.ts';

const CONNECTION_NEEDED =
  'access is enforced, expected a connection with a secret, an asKey or a signature: create one with PUT ' +
  '/iot/registry/connections/{connection} with { name, secret } and post to /iot/lns/{connection} with the secret';

/**
 * `POST /lns` and `/lns/{connection}`: network servers post their events here. The server is recognised by the body, or
 * the connection has pointers. Answers 202 when it is committed. If access is enforced, requests without credentials
 * are refused.
 */
export async function webhookRoutes(
  app: FastifyInstance,
  options: {
    readonly receive: Receive;
    readonly connections: Connections;
    readonly counters: Pick<Counters, 'refused'>;
    readonly isOpen: boolean;
  },
): Promise<void> {
  const { receive, connections, counters, isOpen } = options;
  const signatures = createSignatureCheck();
  await app.register(async (scope) => {
    countRefusals(scope, counters, { UNAUTHORIZED: 'webhook' });
    // The body is stored as received: an unreadable one is evidence, not a client error.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LONGEST_BODY }, (_request, body, done) => {
      done(null, body);
    });
    scope.post(
      '/lns',
      operation({
        access: 'nothing',
        summary: 'Accepts an event from a network server; only if access is open',
        answers: { 202: null },
      }),
      async (request, reply) => {
        if (!isOpen) throw new RegistryError('UNAUTHORIZED', CONNECTION_NEEDED);
        await receive(`/iot/lns${queryOf(request.url)}`, bodyOf(request));
        return reply.code(202).send();
      },
    );
    scope.post<{ Params: { connection: string } }>(
      '/lns/:connection',
      operation({
        access: 'nothing',
        summary: 'Accepts an event from a network server, with the secret, asKey or signature of its connection',
        answers: { 202: null },
      }),
      async (request, reply) => {
        const { isProven, asKey, signature } = connections.admit(request.params.connection, credentialsOf(request));
        if (!isOpen && !isProven && asKey === undefined && signature === undefined) {
          throw new RegistryError('UNAUTHORIZED', CONNECTION_NEEDED);
        }
        const body = bodyOf(request);
        if (asKey !== undefined && !isSigned(body, request.url, asKey)) {
          throw new RegistryError('UNAUTHORIZED', 'Token does not match this message');
        }
        const fault = signature && signatures.fault(signature.scheme, signature.keys, request.headers, body);
        if (fault !== undefined) throw new RegistryError('UNAUTHORIZED', fault);
        // Uses the admitted name, however the path was spelled.
        const way = `/iot/lns/${encodeURIComponent(request.params.connection)}${queryOf(request.url)}`;
        await receive(way, body).catch((cause: unknown) => {
          if (signature !== undefined) signatures.forget(signature.scheme, request.headers);
          throw cause;
        });
        return reply.code(202).send();
      },
    );
  });
}

/** Including the question mark; '' if there is none. */
function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}

function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function isSigned(body: Buffer, url: string, asKey: string): boolean {
  let envelope: unknown;
  try {
    envelope = JSON.parse(body.toString());
  } catch {
    return false;
  }
  const query = queryOf(url).slice(1);
  return isObject(envelope) && actilityRoot(envelope) !== undefined && isActilityToken(envelope, query, asKey);
}
