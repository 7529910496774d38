import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A proxy between the brokers and PostgreSQL that breaks connections at the worst moment. */
export interface PostgresProxy {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /**
   * Lets the next write be committed, but drops its answer and its connection. Resolves then; false: there was no write
   * in this time.
   */
  loseAnswer(withinMs: number): Promise<boolean>;
  /** Transfers nothing for this time and closes no connection; the data arrive later, as after a network outage. */
  silence(forMs: number): Promise<void>;
  /** Existing connections transfer nothing from now on, and are not closed; new ones work. */
  abandon(): void;
  /** Closes all connections immediately, also during statements. */
  cutAll(): void;
  close(): Promise<void>;
}

/** The prefix of the names of statements that write entities. */
const WRITE = Buffer.from('lane-');
const READ = Buffer.from('lane-read');
const READY_FOR_QUERY = 'Z'.charCodeAt(0);

export async function startPostgresProxy(url: string): Promise<PostgresProxy> {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let onLost: (() => void) | undefined;
  let isSilent = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    if (isSilent) for (const socket of pair) socket.pause();
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    let dropAnswer: (() => void) | undefined;
    client.on('data', (chunk) => {
      if (onLost !== undefined && isWrite(chunk)) {
        dropAnswer = onLost;
        onLost = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (dropAnswer === undefined) client.write(chunk);
      // An answer ends with ReadyForQuery: five bytes and the state of the transaction. By then it is committed.
      else if (chunk.length >= 6 && chunk[chunk.length - 6] === READY_FOR_QUERY) {
        dropAnswer();
        end();
      }
    });
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  const address = server.address();
  own.port = String(typeof address === 'object' && address?.port);
  const cutAll = () => {
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  return {
    url: own.href,
    async silence(forMs) {
      isSilent = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
      await pause(forMs);
      isSilent = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    abandon() {
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    loseAnswer(withinMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          onLost = undefined;
          resolve(false);
        }, withinMs);
        onLost = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
    },
    cutAll,
    async close() {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The proxies of several servers as one, by the URL of the first. An answer is lost at the first of them that writes. */
export function together(proxies: readonly [PostgresProxy, ...PostgresProxy[]]): PostgresProxy {
  const each = (act: (proxy: PostgresProxy) => Promise<unknown>) => Promise.all(proxies.map(act));
  return {
    url: proxies[0].url,
    async loseAnswer(withinMs) {
      const isLost = await firstTrue(proxies.map((proxy) => proxy.loseAnswer(withinMs)));
      await each((proxy) => proxy.loseAnswer(0)); // the others wait no longer
      return isLost;
    },
    silence: async (forMs) => void (await each((proxy) => proxy.silence(forMs))),
    abandon: () => void each(async (proxy) => proxy.abandon()),
    cutAll: () => void each(async (proxy) => proxy.cutAll()),
    close: async () => void (await each((proxy) => proxy.close())),
  };
}

/** Resolves to true with the first of them, and to false if none is true. */
function firstTrue(given: readonly Promise<boolean>[]): Promise<boolean> {
  const first = given.map(async (one) => (await one) || Promise.reject(new Error('false')));
  return Promise.any(first).catch(() => false);
}

function isWrite(chunk: Buffer): boolean {
  const at = chunk.indexOf(WRITE);
  return at >= 0 && chunk.indexOf(READ) !== at;
}
