import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** What is under way when a server closes is given so long. */
const FINISH_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;
const QUIET_WITHIN_MS = 1_500;
/** A turn of the event loop in which nothing was done but to look for connections. */
const EMPTY_TURN_MS = 0.1;
/** Enough for a balancer that ends idle connections after a second, as the sample of nginx does. */
export const DRAIN_BESIDE_OTHERS_MS = 3_000;
/** A balancer that has been told sends nothing new within this time; what it had begun to send has come. */
const TOLD_MS = 100;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * How a process leaves the others behind a load balancer, without a request lost. `/ready` fails and every answer ends its
 * connection. After half of the time reads are answered 503, which a balancer asks another process instead and learns from
 * that this one is leaving: only then, when it sends nothing new, are new connections refused, and those that are open
 * served until they have ended. Writes are served all the while, as no balancer may send them twice. One that keeps idle connections for less than that half is never closed upon as it sends a request.
 */
export class Drain {
  readonly #app: FastifyInstance;
  #isUnderWay = false;
  #unanswered = 0;

  constructor(app: FastifyInstance) {
    this.#app = app;
    app.server.on('request', (_request, response: ServerResponse) => {
      this.#unanswered++;
      response.once('close', () => {
        this.#unanswered--;
      });
    });
    app.addHook('preClose', async () => {
      setTimeout(() => app.server.closeAllConnections(), FINISH_WITHIN_MS).unref();
    });
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** How many requests have no whole answer yet. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Resolves when nobody is connected any more, at the latest after `forMs`. */
  async start(forMs: number): Promise<void> {
    const { server } = this.#app;
    this.#isUnderWay = true;
    server.prependListener('request', (_request, response: ServerResponse) => {
      response.shouldKeepAlive = false;
    });
    if (forMs === 0 || !server.listening) return;
    await pause(forMs / 2);
    await readRefused(server, forMs / 4);
    await quietMoment(server);
    Server.prototype.close.call(server); // that of HTTP would end idle connections
    const deadline = performance.now() + forMs / 2;
    while (performance.now() < deadline && (await connections(server)) > 0) await pause(LOOK_EVERY_MS);
  }
}

/** From now on refuses reads; resolves when whoever sent the first of them has learnt of it, or when none has come in time. */
async function readRefused(server: Server, withinMs: number): Promise<void> {
  const handlers = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  const refused = Promise.withResolvers<void>();
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (READS.has(request.method ?? '')) {
      response.shouldKeepAlive = false;
      response.writeHead(503, { 'retry-after': '1' }).end(() => refused.resolve());
    } else for (const handle of handlers) handle.call(server, request, response);
  });
  await Promise.race([refused.promise, pause(withinMs)]);
  await pause(TOLD_MS);
}

/**
 * Resolves right after a turn of the event loop that found no connection and nothing else to do: whatever waits when the server
 * closes is reset, so nothing may lie between the look for connections and that moment.
 */
async function quietMoment(server: Server): Promise<void> {
  const deadline = performance.now() + QUIET_WITHIN_MS;
  let hasCome = false;
  const note = () => {
    hasCome = true;
  };
  server.on('connection', note);
  for (;;) {
    await pause(1);
    await new Promise((resolve) => setImmediate(resolve));
    hasCome = false;
    const before = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    const now = performance.now();
    if ((!hasCome && now - before < EMPTY_TURN_MS) || now > deadline) break;
  }
  server.off('connection', note);
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));
}
