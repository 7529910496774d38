import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

type Document = Record<string, unknown>;

/** A received request. */
export interface Seen {
  readonly method: string;
  /** With query parameters. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what arrives is what the tests look at
  readonly body: any;
}

/**
 * The order in which a source answers queries: by id and declared so, by arrival, or by arrival and wrongly declared as
 * by id.
 */
export type SourceOrder = 'byId' | 'asTheyCame' | 'falselyById';

/**
 * A minimal independent NGSI-LD source without @contexts. It stores entities, which can be created, retrieved, queried
 * by type and id, changed and deleted, and subscriptions, but sends no notifications.
 */
export async function startOtherSource(t: TestContext, host = '127.0.0.77', order: SourceOrder = 'asTheyCame') {
  const entities = new Map<string, Document>();
  const subscriptions = new Map<string, Document>();
  const seen: Seen[] = [];
  let isHanging = false;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers, body });
    // The subscription is created even if its answer is lost.
    const ofSubscription = subscribe(subscriptions, method, url, body as Document);
    if (isHanging) return;
    if (ofSubscription !== undefined) response.writeHead(ofSubscription).end();
    else answer(entities, order, method, new URL(url, 'http://source'), body, response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return {
    endpoint: `http://${host}:${(server.address() as AddressInfo).port}`,
    entities,
    subscriptions,
    seen,
    /** Stops answering requests, or answers again. */
    hang(hanging: boolean): void {
      isHanging = hanging;
    },
  };
}

/** The status of the answer; undefined: not a request for subscriptions. */
function subscribe(
  subscriptions: Map<string, Document>,
  method: string,
  url: string,
  body: Document,
): number | undefined {
  const [, , , collection, id = ''] = url.split('/').map(decodeURIComponent);
  if (collection !== 'subscriptions') return undefined;
  if (method === 'POST') {
    if (subscriptions.has(String(body.id))) return 409;
    subscriptions.set(String(body.id), body);
    return 201;
  }
  if (method === 'DELETE') return subscriptions.delete(id) ? 204 : 404;
  const before = subscriptions.get(id);
  if (before !== undefined) subscriptions.set(id, { ...before, ...body });
  return before === undefined ? 404 : 204;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}

function answer(
  entities: Map<string, Document>,
  order: SourceOrder,
  method: string,
  url: URL,
  body: unknown,
  response: ServerResponse,
): void {
  const [, , , collection, id, attrs, attribute] = url.pathname.split('/').map(decodeURIComponent);
  const [status, content] =
    collection !== 'entities'
      ? [404]
      : id
        ? ofOne(entities, method, id, attrs === 'attrs' ? attribute : undefined, body as Document)
        : ofAll(entities, order, method, url.searchParams, body as Document);
  const orderHeader = Array.isArray(content) && order !== 'asTheyCame' && { 'preference-applied': 'ngsi-ld-order=id' };
  response.writeHead(status, { 'content-type': 'application/json', ...orderHeader });
  response.end(content === undefined ? undefined : JSON.stringify(content));
}

function ofAll(
  entities: Map<string, Document>,
  order: SourceOrder,
  method: string,
  parameters: URLSearchParams,
  body: Document,
): [status: number, content?: unknown] {
  if (method === 'POST') {
    if (entities.has(String(body.id))) return [409];
    entities.set(String(body.id), body);
    return [201];
  }
  const [types, ids] = [parameters.get('type')?.split(','), parameters.get('id')?.split(',')];
  const isAsked = ({ id, type }: Document) =>
    (types?.includes(String(type)) ?? true) && (ids?.includes(String(id)) ?? true);
  const found = [...entities.values()].filter(isAsked);
  if (order === 'byId') found.sort((one, other) => (String(one.id) < String(other.id) ? -1 : 1));
  const offset = Number(parameters.get('offset') ?? 0);
  return [200, found.slice(offset, offset + Number(parameters.get('limit') ?? found.length))];
}

function ofOne(
  entities: Map<string, Document>,
  method: string,
  id: string,
  attribute: string | undefined,
  body: Document,
): [status: number, content?: unknown] {
  const entity = entities.get(id);
  if (entity === undefined) return [404, { title: 'no such entity' }];
  if (method === 'GET') return [200, entity];
  if (method === 'DELETE') entities.delete(id);
  else entities.set(id, { ...entity, ...(attribute ? { [attribute]: body } : body) });
  return [204];
}
