import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to an external server. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  readonly body?: unknown;
}

/** An external HTTP server, run by the test. */
export interface WebServer {
  readonly url: string;
  readonly asked: ReceivedRequest[];
  /** The maximum number of concurrent requests. */
  mostAtOnce(): number;
  close(): Promise<void>;
}

export async function startWebServer(answer: (asked: ReceivedRequest) => Answer | Promise<Answer>): Promise<WebServer> {
  const asked: ReceivedRequest[] = [];
  let underWay = 0;
  let most = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    underWay += 1;
    most = Math.max(most, underWay);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', headers } = request;
    const one = {
      method,
      headers,
      url: new URL(request.url ?? '/', 'http://x'),
      body: Buffer.concat(chunks).toString(),
    };
    asked.push(one);
    const { status = 200, body, headers: sent = {} } = await answer(one);
    const isBytes = typeof body === 'string' || body instanceof Uint8Array;
    response.writeHead(status, { ...(isBytes ? {} : { 'content-type': 'application/json' }), ...sent });
    response.end(body === undefined ? undefined : isBytes ? body : JSON.stringify(body));
    underWay -= 1;
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // Listening on TCP.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    mostAtOnce: () => most,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
