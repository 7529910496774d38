import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of context documents that a test configures while it runs; `asked` contains the requests. */
export interface ContextServer {
  readonly asked: string[];
  url(path: string): string;
  /** Answers `path` with a document: JSON, a text, or a handler. */
  serve(path: string, document: unknown, headers?: Record<string, string>): void;
  serveBy(path: string, handler: Handler): void;
  remove(path: string): void;
}

export async function startContextServer(t: TestContext): Promise<ContextServer> {
  const pages = new Map<string, Handler>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const handler = pages.get(request.url ?? '');
    if (handler !== undefined) return handler(request, response);
    response.writeHead(404);
    response.end('no such page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    serve(path, document, headers = {}) {
      pages.set(path, (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/ld+json', ...headers });
        response.end(typeof document === 'string' ? document : JSON.stringify(document));
      });
    },
    serveBy: (path, handler) => void pages.set(path, handler),
    remove: (path) => void pages.delete(path),
  };
}
