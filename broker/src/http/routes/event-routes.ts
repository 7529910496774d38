import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../../access/access.ts';
import { visibleChange } from '../../access/visibility.ts';
import type { Context, Contexts } from '../../context/contexts.ts';
import { HEARTBEAT, marker } from '../../live-feed/feed-event.ts';
import { type BoundingBox, type FeedFilter, parseBoundingBox } from '../../live-feed/feed-filter.ts';
import type { Follower, LiveFeed } from '../../live-feed/live-feed.ts';
import { expandAttributeName } from '../../model/parse/parse-attribute.ts';
import { parseScopeQuery } from '../../query/scope/scope-query.ts';
import { parseTypeSelection } from '../../query/type-selection.ts';
import { type Parameters, readFormat, readList, readParameters } from '../requests/parameters.ts';
import { parameters as names } from '../requests/resource.ts';

interface EventParts {
  readonly feed: LiveFeed;
  readonly contexts: Contexts;
  readonly access: Access;
}

const PARAMETERS = names('type', 'attrs', 'bbox', 'scopeQ', 'format', 'context', 'tenant');

/** Proxies and pages treat a silent connection as dead: pages say within 10 seconds that they are no longer live. */
const HEARTBEAT_MS = 4_000;
/** How long a client that can't keep up has to read that its stream ends. */
const LAST_WORDS_MS = 15_000;

/** The maximum delay of a timer. */
const MAX_MS = 2 ** 31 - 1;

/** A client with more unread data is disconnected. It reconnects and reloads. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** `/events`: committed changes as server-sent events, for pages with live data. */
export function eventRoutes(app: FastifyInstance, { feed, contexts, access }: EventParts): void {
  const open = new Set<ServerResponse>();
  const heartbeat = setInterval(() => {
    for (const response of open) response.write(HEARTBEAT);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  app.addHook('preClose', async () => {
    clearInterval(heartbeat);
    for (const response of open) response.end();
  });

  app.get('/events', { exposeHeadRoute: false, config: { tenantParameter: 'tenant' } }, async (request, reply) => {
    const parameters = readParameters(request.query, PARAMETERS);
    const { format, given } = readFormat(parameters);
    const context = await contexts.resolve(parameters.context);
    const filter = filterOf(parameters, context, request.tenant);

    const principal = request.access?.principal;

    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>), // headers set by hooks, e.g. for CORS
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    const follower: Follower = {
      filter,
      view: { format: given ? format : 'simplified', names: context },
      ...(principal && {
        sees: (change) => visibleChange(access.grantOfEarlier(principal, filter.tenant).read, change),
      }),
      write: (text) => {
        if (response.writableLength <= MAX_UNREAD_BYTES) return response.write(text) || true;
        open.delete(response);
        drop(response, feed.lastId);
        return false;
      },
    };
    open.add(response);
    // When the token or key expires or is revoked, the stream ends. The client may reconnect with another one.
    const leave = () => {
      if (principal !== undefined && !access.isCurrent(principal)) response.end();
    };
    const undo = principal && access.onChanged(leave);
    const untilExpiry = (principal?.expiresAt ?? 0) - Date.now() + 1;
    const timer = principal?.expiresAt && setTimeout(leave, Math.min(Math.max(untilExpiry, 0), MAX_MS));
    response.on('close', () => {
      undo?.();
      clearTimeout(timer);
      open.delete(response);
      feed.leave(follower);
    });
    const since = lastEventId(request);
    const missed = await feed.follow(follower, since);
    if (response.destroyed) feed.leave(follower); // the client disconnected while the missed changes were looked up
    const readyAt = missed === undefined || since === undefined ? feed.lastId : since;
    response.write(`${marker('ready', readyAt)}${missed ?? marker('reset', feed.lastId)}`);
  });
}

function filterOf(parameters: Parameters, context: Context, tenant: string): FeedFilter {
  const filter: { -readonly [Member in keyof FeedFilter]: FeedFilter[Member] } = { tenant };
  if (parameters.type !== undefined) filter.types = parseTypeSelection(parameters.type, context);
  const attributes = readList(parameters, 'attrs');
  if (attributes !== undefined) {
    filter.attributes = new Set(attributes.map((term) => expandAttributeName(term, 'attrs', context)));
  }
  if (parameters.bbox !== undefined) filter.box = parseBoundingBox(parameters.bbox) satisfies BoundingBox;
  if (parameters.scopeQ !== undefined) filter.scopes = parseScopeQuery(parameters.scopeQ);
  return filter;
}

/** Sent by browsers when they reconnect. */
function lastEventId({ headers }: FastifyRequest): string | undefined {
  const text = headers['last-event-id'];
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** Ends the stream of a client that can't keep up: reloading is better than old changes. */
function drop(response: ServerResponse, lastId: string): void {
  response.end(marker('reset', lastId));
  setTimeout(() => response.destroy(), LAST_WORDS_MS).unref();
}
