import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Stands between the brokers and PostgreSQL, and breaks connections at the worst moment. */
export interface PostgresProxy {
  /** Leads to the proxy. */
  readonly url: string;
  /**
   * The next write is executed and committed, and its answer is lost with its connection. Resolves once that was done;
   * false: no write came in time.
   */
  loseAnswer(withinMs: number): Promise<boolean>;
  /** Carries nothing for so long, and ends no connection: what was sent comes later, as over a network that was cut. */
  silence(forMs: number): Promise<void>;
  /** The connections that there are carry nothing any more, and do not end; new ones are as ever. */
  abandon(): void;
  /** Ends all connections at once, whatever is under way. */
  cutAll(): void;
  close(): Promise<void>;
}

/** The names of the statements that write entities begin so. */
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
    let swallows: (() => void) | undefined;
    client.on('data', (chunk) => {
      if (onLost !== undefined && isWrite(chunk)) {
        swallows = onLost;
        onLost = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (swallows === undefined) client.write(chunk);
      // What ends an answer: ReadyForQuery, five bytes and the state of the transaction. By then it is committed.
      else if (chunk.length >= 6 && chunk[chunk.length - 6] === READY_FOR_QUERY) {
        swallows();
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

function isWrite(chunk: Buffer): boolean {
  const at = chunk.indexOf(WRITE);
  return at >= 0 && chunk.indexOf(READ) !== at;
}
