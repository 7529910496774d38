import { createHash } from 'node:crypto';
import { namedCache } from '@alzette/kit/caches';

/** The brokers that a request has passed through, from its `Via` header (4.3.6.4, RFC 9110 7.6.3). */
export interface Via {
  /** The header as received. */
  readonly text?: string;
  readonly aliases: ReadonlySet<string>;
}

/** A token for this broker and tenant in the Via header (5.15). */
function sourceAlias(instance: string, tenant: string): string {
  return `alzette-${createHash('sha256')
    .update(JSON.stringify([instance, tenant]))
    .digest('hex')
    .slice(0, 16)}`;
}

const ALIASES_BYTES = 2 * 1024 * 1024;
const ALIAS_BYTES = 50;

/** The aliases of a broker by tenant; each is computed once. */
export function sourceAliases(instance: string): (tenant: string) => string {
  const known = namedCache<string>('source_aliases', ALIASES_BYTES, 'broker');
  return (tenant) => {
    let alias = known.get(tenant);
    if (alias === undefined) {
      alias = sourceAlias(instance, tenant);
      known.set(tenant, alias, ALIAS_BYTES);
    }
    return alias;
  };
}

const NO_VIA: Via = { aliases: new Set() };

/** Reads a Via header: `1.1 alias (comment), HTTP/1.1 other`. */
export function parseVia(header: string | readonly string[] | undefined): Via {
  if (header === undefined) return NO_VIA;
  const text = typeof header === 'string' ? header : header.join(', ');
  const aliases = text.split(',').flatMap((hop) => hop.trim().split(/\s+/)[1] ?? []);
  return { text, aliases: new Set(aliases) };
}

/** The Via header to forward. */
export function viaAfter({ text }: Via, alias: string): string {
  const own = `1.1 ${alias}`;
  return text === undefined || text.trim() === '' ? own : `${text}, ${own}`;
}
