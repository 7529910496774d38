import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ANONYMOUS, identityOf } from '../../access/principal.ts';
import type { ReplicaReads } from '../../database/replica/replica-reads.ts';
import type { WalPosition } from '../../database/replica/wal-position.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { shown } from '../../model/values.ts';
import { isQuery } from './access-needs.ts';

/** Told with every write, and taken back with reads by clients that reach several processes. */
const HEADER = 'Alzette-Position';
const COOKIE = 'alzette-position';
const COOKIE_SECONDS = 3600;
const IN_COOKIE = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`);
const MOST_CLIENTS = 100_000;

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Lets reads be answered by a replica that has all that the client has written. How far that is, a client tells by header
 * or cookie; for one that tells nothing it is known in this process by its name or address, and where there are other
 * processes, which it may have written by, it is all that is written. To be called before the routes are added.
 */
export function readYourWrites(app: FastifyInstance, reads: ReplicaReads, peers: { readonly areThere: boolean }): void {
  const lastWrites = new Map<string, WalPosition>();

  app.addHook('preHandler', (request, _reply, done) => {
    if (!isRead(request)) {
      done();
      return;
    }
    try {
      const told = toldPosition(request, reads);
      if (told === undefined && peers.areThere) {
        reads.written().then((position) => reads.reading(position, done), done);
      } else {
        reads.reading(told ?? lastWrites.get(clientOf(request)) ?? 0n, done);
      }
    } catch (error) {
      done(error as Error); // an NgsiLdError
    }
  });

  app.addHook('onSend', async (request, reply, payload) => {
    if (!isWrite(request) || reply.statusCode >= 300) return payload;
    const position = await reads.written();
    const client = clientOf(request);
    lastWrites.delete(client); // to the end: those that wrote longest ago come first
    lastWrites.set(client, position);
    if (lastWrites.size > MOST_CLIENTS) forgetFirst(lastWrites);
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

/** @throws NgsiLdError BadRequestData: the header is none of ours */
function toldPosition({ headers }: FastifyRequest, { parse }: ReplicaReads): WalPosition | undefined {
  const header = headers[HEADER.toLowerCase()];
  if (header === undefined) return parse(IN_COOKIE.exec(headers.cookie ?? '')?.[1] ?? '');
  const position = parse(String(header));
  if (position === undefined) {
    throw new NgsiLdError('BadRequestData', `${HEADER}: got ${shown(header)}, expected what a write was answered with`);
  }
  return position;
}

function tellPosition(reply: FastifyReply, position: string): void {
  reply.header(HEADER, position);
  reply.header('Set-Cookie', `${COOKIE}=${position}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax`);
}

/** Who shows a token or a key goes by that, others by their address. */
function clientOf({ access, ip }: FastifyRequest): string {
  const principal = access?.principal ?? ANONYMOUS;
  return principal.kind === 'anonymous' ? ip : identityOf(principal);
}

function forgetFirst(positions: Map<string, WalPosition>): void {
  for (const client of positions.keys()) {
    positions.delete(client);
    return;
  }
}
