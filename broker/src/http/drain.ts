import type { ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** What is under way when a server closes is given so long. */
const FINISH_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;
const QUIET_MS = 5;
const QUIET_WITHIN_MS = 1_000;

/**
 * How a process leaves the others behind a load balancer, without a request lost. `/ready` fails and every answer ends its
 * connection; after half of the time new connections are refused, and those that are open are served until they have
 * ended. A balancer that keeps idle connections for less than that half is never closed upon as it sends a request.
 */
export class Drain {
  readonly #app: FastifyInstance;
  #isUnderWay = false;

  constructor(app: FastifyInstance) {
    this.#app = app;
    app.addHook('preClose', async () => {
      setTimeout(() => app.server.closeAllConnections(), FINISH_WITHIN_MS).unref();
    });
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
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
    await quietMoment(server);
    Server.prototype.close.call(server); // that of HTTP would end idle connections
    const deadline = performance.now() + forMs / 2;
    while (performance.now() < deadline && (await connections(server)) > 0) await pause(LOOK_EVERY_MS);
  }
}

/**
 * Resolves right after the event loop has taken all connections that waited, and none had come for a while: those that
 * still waited when the server closes would be reset.
 */
async function quietMoment(server: Server): Promise<void> {
  const deadline = performance.now() + QUIET_WITHIN_MS;
  let last = performance.now();
  const note = () => {
    last = performance.now();
  };
  server.on('connection', note);
  do {
    await pause(1);
    await new Promise((resolve) => setImmediate(resolve));
  } while (performance.now() - last < QUIET_MS && performance.now() < deadline);
  server.off('connection', note);
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));
}
