import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** With the host by which the broker reaches us, without trailing slash. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Listens on a free port of `host` if that is a loopback address, else on all interfaces. */
export async function listen(handler: RequestListener, host: string): Promise<Listening> {
  const server = createServer(handler);
  const isLoopback = host === '127.0.0.1' || host === 'localhost';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, isLoopback ? '127.0.0.1' : '0.0.0.0', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://${host}:${port}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
