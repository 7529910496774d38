import { readFile } from 'node:fs/promises';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Tenants for the tutorials' other brokers, where their names differ. */
const TENANTS: { readonly [name: string]: string } = { devices: 'openiot' };

/** The URL of a device in the tutorials. */
const DEVICE = /^\/iot\/(\w+)$/;

/**
 * Serves the @contexts of a folder to the broker, on a free port; below `/broker/{name}` the broker's own tenants, and
 * below `/iot` devices that answer commands.
 */
export async function serveContexts(broker: string) {
  let folder = '';
  let turn = 0;
  const server = createServer((request, response) => {
    const [, name, path] = /^\/broker\/(\w+)(\/.*)$/.exec(request.url ?? '') ?? [];
    if (name !== undefined && path !== undefined) {
      forwardTo(broker + path, TENANTS[name] ?? name, request, response);
      return;
    }
    const device = DEVICE.exec(request.url ?? '')?.[1];
    if (device !== undefined) {
      answerCommand(device, request, response).catch(() => response.destroy());
      return;
    }
    readFile(join(folder, basename(request.url ?? '')), 'utf8').then(
      (context) => {
        const here = context.replaceAll('http://context/', `${url}/${turn}/`);
        response.setHeader('content-type', 'application/ld+json').end(here);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    /** Different for each folder, because brokers cache what they have fetched. */
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

/** UltraLight: `device@command|value`, JSON: `{"command": value}`. */
async function answerCommand(device: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const [, command] = /^\w+@(\w+)\|/.exec(body) ?? [];
  if (command !== undefined) response.end(`${device}@${command}|${command} OK`);
  else {
    const [name = ''] = Object.keys(JSON.parse(body) as object);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ [name]: `${name} OK` }));
  }
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
