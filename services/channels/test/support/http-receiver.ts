import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { TestContext } from 'node:test';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * A real HTTP endpoint that records requests.
 *
 * @param answer returns the status
 * @param tls certificate and key; absent: without TLS
 */
export async function startReceiver(
  t: Pick<TestContext, 'after'>,
  answer: (request: Received) => number = () => 200,
  tls?: { readonly cert: string; readonly key: string },
) {
  const received: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const got: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    const status = answer(got);
    if (status < 300) received.push(got);
    response.writeHead(status).end(status < 300 ? '{}' : 'no');
  };
  const server = tls ? createHttpsServer(tls, take) : createServer(take);
  let port = 0;
  const listen = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as { port: number }).port;
  };
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  await listen();
  t.after(close);
  return { received, url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, close, listen };
}
