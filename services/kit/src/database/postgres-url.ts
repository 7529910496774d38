/** The required type of server in a URL: libpq's `target_session_attrs`. */
export type WantedServer = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

const WANTED: ReadonlySet<string> = new Set<WantedServer>([
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
]);

/** A PostgreSQL URL, which may name several servers of one database with commas between. */
export interface PostgresUrl {
  /** For each server a URL that leads to it alone, in their order; what only libpq knows is left out. */
  readonly servers: readonly string[];
  /** Absent: the URL does not say. */
  readonly wanted?: WantedServer;
}

const URL_PARTS = /^(postgres(?:ql)?:\/\/)([^/?#]*)([^?#]*)(?:\?([^#]*))?$/;
const SERVER = /^(?:\[[0-9a-f:.]+\]|[^:,[\]\s]+)?(?::\d{1,5})?$/i;
/** Parameters that select one of several servers. */
const OF_LIBPQ = ['target_session_attrs', 'load_balance_hosts'];

/** Undefined: it is not a URL `postgres://user:password@host:port,host:port/name?…`. */
export function parsePostgresUrl(text: string): PostgresUrl | undefined {
  const parts = split(text);
  if (parts === undefined) return undefined;
  const { scheme, user, hosts, path } = parts;
  const query = new URLSearchParams(parts.query);
  const wanted = query.get('target_session_attrs') ?? undefined;
  if (wanted !== undefined && !WANTED.has(wanted)) return undefined;
  for (const name of OF_LIBPQ) query.delete(name);
  const rest = query.size === 0 ? '' : `?${query}`;
  const servers = hosts.map((host) => `${scheme}${user === '' ? '' : `${user}@`}${host}${path}${rest}`);
  // Without a host it is a Unix socket with its folder in the query. `URL` does not accept a user without a host.
  const isReadable = (server: string) => URL.canParse(server) || URL.canParse(server.replace('@/', '@socket/'));
  if (hosts.length > 1 && hosts.includes('')) return undefined;
  if (!hosts.every((host) => SERVER.test(host)) || !servers.every(isReadable)) return undefined;
  return { servers, ...(wanted !== undefined && { wanted: wanted as WantedServer }) };
}

/** The URL without its password, and that: what lists of processes and logs may show, and what they may not. */
export function withoutPassword(text: string): { readonly shown: string; readonly password: string } {
  const parts = split(text);
  const colon = parts?.user.indexOf(':') ?? -1;
  if (parts === undefined || colon < 0) return { shown: text, password: '' };
  const { user } = parts;
  return {
    shown: joined({ ...parts, user: user.slice(0, colon) }),
    password: decodeURIComponent(user.slice(colon + 1)),
  };
}

/** The name of the database in a URL; empty: the URL does not say. */
export function databaseOf(url: string): string {
  return decodeURIComponent((split(url)?.path ?? '').slice(1));
}

/** The URL of another database on the same servers. @throws Error: it is not a URL of PostgreSQL */
export function withDatabase(url: string, name: string): string {
  const parts = split(url);
  if (parts === undefined) throw new Error('URL of a database: expected postgres://…');
  return joined({ ...parts, path: `/${encodeURIComponent(name)}` });
}

/** The URL of the same database on another server. @throws Error: it is not a URL of PostgreSQL */
export function withServer(url: string, host: string, port: number): string {
  const parts = split(url);
  if (parts === undefined) throw new Error('URL of a database: expected postgres://…');
  const query = new URLSearchParams(parts.query);
  query.delete('host'); // a socket
  return joined({ ...parts, hosts: [`${host.includes(':') ? `[${host}]` : host}:${port}`], query: `${query}` });
}

/** The server that a URL of one leads to, as `host:port`. */
export function serverOf(url: string): string {
  const host = split(url)?.hosts[0] ?? '';
  if (host.startsWith('%2F') || host === '') return 'socket';
  return /:\d+$/.test(host) ? host : `${host}:5432`;
}

interface UrlParts {
  readonly scheme: string;
  /** With the password. */
  readonly user: string;
  readonly hosts: readonly string[];
  readonly path: string;
  readonly query: string;
}

function joined({ scheme, user, hosts, path, query }: UrlParts): string {
  return `${scheme}${user === '' ? '' : `${user}@`}${hosts.join(',')}${path}${query === '' ? '' : `?${query}`}`;
}

function split(text: string): UrlParts | undefined {
  const [, scheme = '', authority = '', path = '', query = ''] = URL_PARTS.exec(text) ?? [];
  if (scheme === '') return undefined;
  const at = authority.lastIndexOf('@');
  return {
    scheme,
    user: authority.slice(0, Math.max(at, 0)),
    hosts: authority.slice(at + 1).split(','),
    path,
    query,
  };
}
