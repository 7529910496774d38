/** Without caching headers a context is considered fresh for an hour. */
const HEURISTIC_MS = 3_600_000;
/** The minimum, even for `no-store`: names in one burst of requests must mean the same. */
const MIN_MS = 1_000;
const MAX_MS = 365 * 86_400_000;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How long a fetched context may be used, in ms, according to Cache-Control and Expires (6.3.16, RFC 9111 for a shared
 * cache).
 */
export function freshnessMs(headers: Headers, now: number): number {
  return Math.min(Math.max(statedMs(headers, now) ?? HEURISTIC_MS, MIN_MS), MAX_MS);
}

function statedMs(headers: Headers, now: number): number | undefined {
  const directives = cacheControl(text(headers['cache-control']));
  if (directives.has('no-store') || directives.has('no-cache')) return 0;
  const seconds = wholeSeconds(directives.get('s-maxage')) ?? wholeSeconds(directives.get('max-age'));
  if (seconds !== undefined) return (seconds - (wholeSeconds(text(headers.age)) ?? 0)) * 1000;
  const expires = text(headers.expires);
  if (expires === '') return undefined;
  const date = Date.parse(text(headers.date));
  const until = Date.parse(expires);
  // RFC 9111, 5.3: an invalid date, especially "0", means expired.
  return Number.isNaN(until) ? 0 : until - (Number.isNaN(date) ? now : date);
}

function cacheControl(value: string): Map<string, string> {
  const directives = value.split(',').map((directive): [string, string] => {
    const [name = '', argument = ''] = directive.split('=', 2);
    return [name.trim().toLowerCase(), argument.trim().replaceAll('"', '')];
  });
  return new Map(directives);
}

function wholeSeconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

function text(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(',') : (header ?? '');
}
