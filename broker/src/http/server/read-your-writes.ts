import { namedCache } from '@alzette/kit/caches';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ANONYMOUS, identityOf } from '../../access/principal.ts';
import type { ReplicaReads } from '../../database/replica/replica-reads.ts';
import type { WalPosition } from '../../database/replica/wal-position.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { shown } from '../../model/values.ts';
import { isQuery } from './access-needs.ts';

/** Sent with each write, and returned with reads by clients that reach several processes. */
const HEADER = 'Alzette-Position';
const COOKIE = 'alzette-position';
const COOKIE_SECONDS = 3600;
const IN_COOKIE = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`);
/** Enough for about 80,000 clients. If the position of a client is evicted, the client must send it itself. */
const POSITIONS_BYTES = 16 * 1024 * 1024;
const POSITION_BYTES = 24;

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Chooses a replica that has everything the client has written. A client sends its position by header or cookie.
 * Otherwise this process remembers it by the client's identity or address; if there are other processes that the client
 * may have written through, the position of all writes is used. Call it before routes are added.
 */
export function readYourWrites(
  app: FastifyInstance,
  reads: ReplicaReads,
  peers: { readonly hasOtherProcesses: boolean },
): void {
  const lastWrites = namedCache<WalPosition>('client_positions', POSITIONS_BYTES, 'broker');

  app.addHook('preHandler', (request, _reply, done) => {
    if (!isRead(request)) {
      done();
      return;
    }
    try {
      const given = givenPosition(request, reads);
      if (given === undefined && peers.hasOtherProcesses) {
        // While the primary is unavailable, a client without a position gets the state of a replica.
        reads.written().then(
          (position) => reads.reading(position, done),
          (error) => (reads.standsIn ? reads.reading(0n, done) : done(error)),
        );
      } else {
        reads.reading(given ?? lastWrites.get(clientOf(request)) ?? 0n, done);
      }
    } catch (error) {
      done(error as Error); // an NgsiLdError
    }
  });

  app.addHook('onSend', async (request, reply, payload) => {
    if (!isWrite(request) || reply.statusCode >= 300) return payload;
    // The write is done even if its position can't be read. The next reads of the client then go to the primary.
    const position = await reads.written().catch(() => reads.beyondAll);
    lastWrites.set(clientOf(request), position, POSITION_BYTES);
    tellPosition(reply, reads.format(position));
    return payload;
  });
}

function isRead({ method, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.operation !== undefined && (SAFE.has(method) || isQuery(routeOptions.url));
}

function isWrite({ method, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.operation !== undefined && !SAFE.has(method) && !isQuery(routeOptions.url);
}

/** @throws NgsiLdError BadRequestData: the header was not issued by this broker */
function givenPosition({ headers }: FastifyRequest, { parse }: ReplicaReads): WalPosition | undefined {
  const header = headers[HEADER.toLowerCase()];
  if (header === undefined) return parse(IN_COOKIE.exec(headers.cookie ?? '')?.[1] ?? '');
  const position = parse(String(header));
  if (position === undefined) {
    throw new NgsiLdError(
      'BadRequestData',
      `${HEADER}: got ${shown(header)}, expected the value from the answer to a write`,
    );
  }
  return position;
}

function tellPosition(reply: FastifyReply, position: string): void {
  reply.header(HEADER, position);
  reply.header('Set-Cookie', `${COOKIE}=${position}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax`);
}

/** Identified by token or key, otherwise by address. */
function clientOf({ access, ip }: FastifyRequest): string {
  const principal = access?.principal ?? ANONYMOUS;
  return principal.kind === 'anonymous' ? ip : identityOf(principal);
}
