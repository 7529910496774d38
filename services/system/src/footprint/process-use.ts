import type { Server, Socket } from 'node:net';
import type { Queryable } from '@alzette/kit/database';
import { domainOfRoute } from './domains.ts';
import { addUse, type Used, WHOLE } from './use-rows.ts';

const EVERY_MS = 300_000;
const REQUESTS = /^alzette_broker_requests_total\{(.*)\} (\S+)$/gm;
const ROUTE = /route="([^"]*)"/;

/** Counts what this process uses, and adds it to that of the others every five minutes and at its end. */
export class ProcessUse {
  readonly #db: Queryable;
  readonly #readMetrics: () => Promise<string>;
  readonly #traffic: Traffic;
  readonly #timer: NodeJS.Timeout;
  #last = { at: performance.now(), cpu: process.cpuUsage(), trafficBytes: 0, requests: new Map<string, number>() };
  #adding: Promise<void> = Promise.resolve();

  constructor(
    given: { readonly db: Queryable; readonly server: Server; readonly readMetrics: () => Promise<string> },
    onError: (error: unknown) => void,
  ) {
    this.#db = given.db;
    this.#readMetrics = given.readMetrics;
    this.#traffic = new Traffic(given.server);
    this.#timer = setInterval(() => this.add().catch(onError), EVERY_MS).unref();
  }

  /** Adds what was used since the last time. */
  add(): Promise<void> {
    // One after the other, so that nothing is added twice.
    this.#adding = this.#adding.catch(() => {}).then(() => this.#addOnce());
    return this.#adding;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.add().catch(() => {}); // without the database, the last minutes are lost
  }

  async #addOnce(): Promise<void> {
    const requests = requestsByDomain(await this.#readMetrics());
    const now = { at: performance.now(), cpu: process.cpuUsage(), trafficBytes: this.#traffic.bytes(), requests };
    const before = this.#last;
    const seconds = (now.at - before.at) / 1000;
    const cpu = now.cpu.user + now.cpu.system - before.cpu.user - before.cpu.system;
    const whole: Record<Used['what'], number> = {
      processorSeconds: cpu / 1e6,
      processSeconds: seconds,
      memoryByteSeconds: process.memoryUsage.rss() * seconds,
      trafficBytes: now.trafficBytes - before.trafficBytes,
      requests: 0,
    };
    const domains: Used[] = [...requests].map(([domain, count]) => {
      const amount = count - (before.requests.get(domain) ?? 0);
      whole.requests += amount;
      return { domain, what: 'requests', amount };
    });
    const wholes = Object.entries(whole).map(([what, amount]) => ({
      domain: WHOLE,
      what: what as Used['what'],
      amount,
    }));
    await addUse(this.#db, [...wholes, ...domains]);
    this.#last = now;
  }
}

/** The answered requests in the metrics of the broker, which has the routes of all services. */
export function requestsByDomain(metrics: string): Map<string, number> {
  const requests = new Map<string, number>();
  for (const [, labels = '', value] of metrics.matchAll(REQUESTS)) {
    const domain = domainOfRoute(ROUTE.exec(labels)?.[1] ?? '');
    requests.set(domain, (requests.get(domain) ?? 0) + Number(value));
  }
  return requests;
}

/** Bytes of the connections of a server, both ways. */
class Traffic {
  readonly #open = new Set<Socket>();
  #closed = 0;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#closed += socket.bytesRead + socket.bytesWritten;
      });
    });
  }

  bytes(): number {
    let open = 0;
    for (const { bytesRead, bytesWritten } of this.#open) open += bytesRead + bytesWritten;
    return this.#closed + open;
  }
}
