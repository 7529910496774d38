import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Config } from '../config.ts';

const RETRY_AFTER_S = 2;
/** For those who have sent a part of a request. */
const FINISH_WITHIN_MS = 200;
const BODY = JSON.stringify({
  type: 'about:blank',
  title: 'Starting',
  status: 503,
  detail: 'This process is starting and prepares the database. After an upgrade of a large database this takes minutes',
});

const answer: RequestListener = (request, response) => {
  request.resume();
  response.writeHead(503, {
    'content-type': 'application/problem+json',
    'retry-after': String(RETRY_AFTER_S),
    connection: 'close',
  });
  response.end(BODY);
};

/**
 * Answers every request with 503 and Retry-After from now on, while the product does not listen yet: so clients of an upgrade are not
 * refused. Only for a process without others: a load balancer would hand these answers to clients that others can serve.
 *
 * @returns ends that; the port is then free
 */
export async function answerEarly({
  port,
  host,
  tls,
}: Pick<Config, 'port' | 'host' | 'tls'>): Promise<() => Promise<void>> {
  const server: Server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
  return async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS).unref();
    await closed;
  };
}
