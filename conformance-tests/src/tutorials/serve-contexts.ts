import { readFile } from 'node:fs/promises';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

/** The tenants that tutorials fill for brokers of others, where they are not called as these. */
const TENANTS: { readonly [name: string]: string } = { devices: 'openiot' };

/** Serves the @contexts of a folder to the broker, on a free port, and below `/broker/{name}` the broker's own tenants. */
export async function serveContexts(broker: string) {
  let folder = '';
  let turn = 0;
  const server = createServer((request, response) => {
    const [, name, path] = /^\/broker\/(\w+)(\/.*)$/.exec(request.url ?? '') ?? [];
    if (name !== undefined && path !== undefined) {
      forwardTo(broker + path, TENANTS[name] ?? name, request, response);
      return;
    }
    readFile(join(folder, basename(request.url ?? '')), 'utf8').then(
      (text) => {
        const here = text.replaceAll('http://context/', `${url}/${turn}/`);
        response.setHeader('content-type', 'application/ld+json').end(here);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    /** Another for each folder, as brokers keep what they have fetched. */
    get contexts(): string {
      return `${url}/${turn}`;
    },
    serve(next: string): void {
      folder = next;
      turn++;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function forwardTo(url: string, tenant: string, request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...request.headers, 'ngsild-tenant': tenant };
  const forwarded = forward(url, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  forwarded.on('error', () => response.writeHead(502).end());
  request.pipe(forwarded);
}
