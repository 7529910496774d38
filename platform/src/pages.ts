import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where built pages are stored, and under which path they are served. */
interface PageRoot {
  readonly prefix: '/' | '/app/' | '/docs/';
  readonly dist: string;
  /** The first segments of the paths of the page's own routes; absent: all paths below the prefix. */
  readonly areas?: ReadonlySet<string>;
  /** True if each page is a file and each folder has an index, so that there are no client-side routes. */
  readonly isFilesAlone?: boolean;
}

const INDEX = 'index.html';
const MISSING = '404.html';
/** Paths of APIs. A missing resource there is answered with 404, never with a page. */
const APIS =
  /^\/(?:ngsi-ld|events|contexts|ops|oidc|iot|territory|openapi(?!\/try$)|\.well-known|live|ready|metrics)(?:\/|$)/;
const SERVICES =
  /^\/(?:rules|alarms|work-orders|channels|lighting|public|files|reports|open311|publishing|citizen|waste|mobility|energy|decisions|environment|insights|assistant|mcp)(?:\/|$)/;
const OPEN_DATA = /^\/(?:opendata|catalog(?:\.\w+)?|ogc|sta|tiles|data|search|dashboards|developers)(?:\/|$)/;
/** Of services of others; and paths used by clients of other platforms: NGSIv2, health and version. */
const OTHERS = /^\/(?:x|v2|q|version|health|healthz|status)(?:\/|$)/;
const RESERVED = [APIS, SERVICES, OPEN_DATA, OTHERS];
/** At most as long as `webmanifest`. The secret link to a report also has a dot, followed by more characters. */
const HAS_EXTENSION = /\.\w{1,11}$/;
const HASHED = /^assets\//;

/** What pages have of the host to which a request came. */
interface OfHost {
  /** URLs of other servers that the pages ask: token issuers, a base map. */
  readonly others: readonly string[];
}

type Headers = Readonly<Record<string, string>>;

const MOST_POLICIES = 500;

const headers = (others: readonly string[]): Headers => ({
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'", // the component libraries write their theme into <style>
    "img-src 'self' data: blob: https:", // a territory may name a tile server
    "font-src 'self' data:",
    ["connect-src 'self'", ...others.map((url) => new URL(url).origin)].join(' '),
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'permissions-policy': 'geolocation=(self), camera=(self), microphone=()',
  'cross-origin-opener-policy': 'same-origin',
});

/** Serves built pages: files (compressed, if a copy exists), and the index for a page's own routes. */
export async function pageRoutes(
  app: FastifyInstance,
  roots: readonly PageRoot[],
  ofHost: (request: FastifyRequest) => OfHost = () => ({ others: [] }),
): Promise<void> {
  const policyFor = policies();
  const [first] = roots;
  if (!first) return;
  await app.register(fastifyStatic, { root: first.dist, serve: false, preCompressed: true, cacheControl: false });
  const byPrefix = roots.toSorted((a, b) => b.prefix.length - a.prefix.length);

  app.get('/*', async (request, reply) => {
    const path = decoded(request.url);
    if (path === undefined || RESERVED.some((paths) => paths.test(path))) return reply.callNotFound();
    if (path === '/app' || path === '/docs') return reply.redirect(`${path}/`, 308);
    const root = byPrefix.find(({ prefix }) => path.startsWith(prefix));
    if (!root) return reply.callNotFound();
    const file = path.slice(root.prefix.length);
    const { others } = ofHost(request);
    const policy = policyFor(others);
    if (root.isFilesAlone) return sendFileAlone(reply, policy, root, file);
    if (await isFile(root, file)) return send(reply, policy, root, file);
    // A missing file is answered with 404, so that a page is never interpreted as a script.
    if (HAS_EXTENSION.test(file)) return reply.callNotFound();
    const isOwnRoute = root.areas?.has(file.split('/', 1)[0] ?? '') ?? true;
    const { accept = '*/*' } = request.headers;
    if (isOwnRoute && /\btext\/(?:html|\*)|\*\/\*/.test(accept)) return send(reply, policy, root, INDEX);
    // A person is shown that there is no such page; a program gets the error of an API.
    return /\btext\/html/.test(accept) ? send(reply.code(404), policy, root, INDEX) : reply.callNotFound();
  });
}

/** Headers by what they depend on, because most requests have the same. */
function policies(): (others: readonly string[]) => Headers {
  const known = new Map<string, Headers>();
  return (others) => {
    const key = others.join(' ');
    const policy = known.get(key) ?? headers(others);
    if (known.size > MOST_POLICIES) known.clear();
    known.set(key, policy);
    return policy;
  };
}

async function sendFileAlone(reply: FastifyReply, policy: Headers, root: PageRoot, path: string): Promise<unknown> {
  const file = path === '' || path.endsWith('/') ? path + INDEX : path;
  if (await isFile(root, file)) return send(reply, policy, root, file);
  if (!(await isFile(root, MISSING))) return reply.callNotFound();
  return send(reply.code(404), policy, root, MISSING);
}

/** Looked up each time, because pages may be rebuilt while they are served. */
async function isFile({ dist }: PageRoot, file: string): Promise<boolean> {
  if (file === '' || file.split('/').some((part) => part.startsWith('.'))) return false;
  return stat(join(dist, file)).then(
    (found) => found.isFile(),
    () => false,
  );
}

function send(reply: FastifyReply, policy: Headers, { dist }: PageRoot, file: string): FastifyReply {
  reply.headers(policy);
  reply.header('cache-control', HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
  return reply.sendFile(file, dist);
}

function decoded(url: string): string | undefined {
  try {
    return decodeURIComponent(url.replace(/\?.*/, ''));
  } catch {
    return undefined;
  }
}
