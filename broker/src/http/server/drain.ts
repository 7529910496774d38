import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { AcceptQueue } from './accept-queue.ts';
import { awaitsAnswer } from './client-errors.ts';

/** The time that requests in progress get when a server closes. */
const FINISH_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;
const EMPTY_WITHIN_MS = 1_500;
/** The longest duration of an event loop turn that only checked for connections. */
const EMPTY_TURN_MS = 0.1;
/** Enough for a load balancer that closes idle connections after a second, as in the sample for nginx. */
export const DRAIN_BESIDE_OTHERS_MS = 3_000;
/**
 * A load balancer that has noticed the shutdown sends nothing new within this time, and what it has begun to send has
 * arrived.
 */
const TOLD_MS = 100;
/**
 * A load balancer that repeats reads on another connection sets it to `close`, so that it need not take a 503 for a process that is
 * leaving: overloaded ones answer so, too.
 */
const LEAVING_HEADER = 'alzette-leaving';
/** Marks reads that this process sends itself through the balancer. */
const OWN_READ_HEADER = 'alzette-own-read';
const OWN_READ_PATH = '/live';
const OWN_READS_AT_ONCE = 2;
const OWN_READ_EVERY_MS = 50;

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Takes a process out of a load balancer's group without losing a request. `/ready` fails, and every answer closes its
 * connection. After half of the time reads are answered with 503, or their connections are closed if the balancer asks for that. It
 * then sends the read to another process
 * and notices that this one is leaving. If clients only write, no read would tell it, so the process itself sends reads through
 * the balancer until it receives one of them. Only then are new connections refused, while open ones are served until they
 * end. Writes are served all the time, because a balancer may not repeat them. A balancer that keeps idle connections
 * for less than half of the time never meets a connection that is being closed.
 */
export class Drain {
  readonly #app: FastifyInstance;
  readonly #publicUrl: string;
  readonly #connections = new Set<Socket>();
  #isUnderWay = false;

  /** @param publicUrl leads to the balancer, if there is one */
  constructor(app: FastifyInstance, publicUrl: string) {
    this.#app = app;
    this.#publicUrl = publicUrl;
    const follow = (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    };
    // Requests over TLS have another socket than the connection below it.
    for (const event of ['connection', 'secureConnection']) app.server.on(event, follow);
    app.addHook('preClose', async () => {
      setTimeout(() => app.server.closeAllConnections(), FINISH_WITHIN_MS).unref();
    });
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** The number of connections whose last request has no complete answer. */
  get unanswered(): number {
    return [...this.#connections].filter(awaitsAnswer).length;
  }

  /**
   * Resolves when no client is connected any more, at the latest after `forMs`. 0 means that there is no other process:
   * resolves immediately, and new connections are refused from now on, so that requests in progress are answered in time.
   */
  async start(forMs: number): Promise<void> {
    const { server } = this.#app;
    this.#isUnderWay = true;
    server.prependListener('request', (_request, response: ServerResponse) => {
      response.shouldKeepAlive = false;
    });
    if (!server.listening) return;
    if (forMs === 0) {
      Server.prototype.close.call(server); // see below
      return;
    }
    await pause(forMs / 2);
    await readRefused(server, forMs / 4, this.#publicUrl);
    const goOn = await emptyQueue(server);
    Server.prototype.close.call(server); // the HTTP version of close would end idle connections
    goOn();
    const deadline = performance.now() + forMs / 2;
    while (performance.now() < deadline && (await connections(server)) > 0) await pause(LOOK_EVERY_MS);
  }
}

/**
 * Refuses reads from now on. Resolves when the sender of the first one must have noticed, or when none has come in
 * time.
 */
async function readRefused(server: Server, withinMs: number, publicUrl: string): Promise<void> {
  const handlers = server.listeners('request') as RequestHandler[];
  const refused = Promise.withResolvers<void>();
  const own = randomUUID();
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (READS.has(request.method ?? '')) {
      if (request.headers[LEAVING_HEADER] === 'close') {
        request.socket.destroy();
        refused.resolve();
        return;
      }
      response.shouldKeepAlive = false;
      // A read of our own that comes without the header of the balancer has not come through it.
      const isDirect = request.headers[OWN_READ_HEADER] === own;
      response.writeHead(503, { 'retry-after': '1' }).end(() => {
        if (!isDirect) refused.resolve();
      });
    } else for (const handle of handlers) handle.call(server, request, response);
  });
  const told = new AbortController();
  const reading = readThroughBalancer(publicUrl, own, told.signal);
  await Promise.race([refused.promise, pause(withinMs)]);
  told.abort();
  await reading;
  await pause(TOLD_MS);
}

/** The balancer sends some of these reads to other processes. */
async function readThroughBalancer(publicUrl: string, own: string, signal: AbortSignal): Promise<void> {
  const read = () =>
    fetch(new URL(OWN_READ_PATH, publicUrl), { headers: { [OWN_READ_HEADER]: own }, redirect: 'manual', signal }).then(
      (answer) => answer.body?.cancel(),
      () => {}, // the URL may lead nowhere from here
    );
  while (!signal.aborted) {
    await Promise.all(Array.from({ length: OWN_READS_AT_ONCE }, read));
    await pause(OWN_READ_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/**
 * Resolves when no connection waits in the queue of the listening socket, because those that wait when it closes are reset. Nothing
 * may happen between this check and closing. Where the system does not tell the queue, an event loop turn without new connections or
 * other work has to do. Meanwhile requests are held back: a turn takes only one connection, and each answer would bring the next.
 *
 * @returns starts the requests held back
 */
async function emptyQueue(server: Server): Promise<() => void> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const queue = new AcceptQueue(port);
  const handlers = server.listeners('request') as RequestHandler[];
  const held: Parameters<RequestHandler>[] = [];
  const hold: RequestHandler = (request, response) => void held.push([request, response]);
  server.removeAllListeners('request').on('request', hold);
  const deadline = performance.now() + EMPTY_WITHIN_MS;
  let hasCome = false;
  const note = () => {
    hasCome = true;
  };
  server.on('connection', note);
  for (;;) {
    hasCome = false;
    const before = performance.now();
    await new Promise((resolve) => setImmediate(resolve)); // takes one that waits
    const now = performance.now();
    const queued = queue.length ?? (hasCome || now - before > EMPTY_TURN_MS ? 1 : 0);
    if (queued === 0 || now > deadline) break;
  }
  server.off('connection', note);
  return () => {
    server.off('request', hold);
    for (const handle of handlers) server.on('request', handle);
    for (const [request, response] of held) for (const handle of handlers) handle.call(server, request, response);
  };
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));
}
