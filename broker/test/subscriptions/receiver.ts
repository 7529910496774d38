import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what arrives is what the tests look at
  readonly body: any;
}

/** An HTTP receiver of notifications on its own port. */
export async function startReceiver(port = 0) {
  const received: Received[] = [];
  let answer = (_request: Received, response: ServerResponse): void => {
    response.writeHead(204).end();
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      const one = { path: request.url ?? '', headers: request.headers, body };
      received.push(one);
      answer(one, response);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    port: (server.address() as AddressInfo).port,
    received,
    answerWith(other: typeof answer) {
      answer = other;
    },
    /** Waits for this number of notifications, then a little for unexpected ones. */
    async expect(count: number, { within = 10_000, thenWait = 150 } = {}): Promise<Received[]> {
      const end = Date.now() + within;
      while (received.length < count && Date.now() < end) await pause(5);
      await pause(thenWait);
      return received;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
