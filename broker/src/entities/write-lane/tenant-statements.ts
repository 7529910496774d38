import { unnested } from '../../database/columns.ts';
import type { Queryable, Statement } from '../../database/database.ts';
import { Texts } from '../../database/text-values.ts';
import type { WriteCte } from './write-ctes.ts';

/*
 * The parts of a write as separate statements, for a cluster that stores each tenant on one node. Each statement concerns one
 * table and names the tenant. `$1` is the time of the writes and `$2` their tenant.
 */

export interface OfTenant {
  readonly tenant: string;
  /** The time of all changes. */
  readonly at: string;
  readonly timeoutMs: number;
}

/** Writes rows of entities. Returns the ids of those written. */
export async function runEntityParts(tx: Queryable, parts: readonly WriteCte[], of: OfTenant): Promise<Set<string>> {
  const written = new Set<string>();
  for (const part of parts) {
    for (const text of Object.values(part.statements(3, '$2'))) {
      const { rows } = await tx.query<{ id: string }>(statementOf(text, [of.at, of.tenant, ...part.values], of));
      for (const { id } of rows) written.add(id);
    }
  }
  return written;
}

/** Runs the parts that depend on the written entities. @param written these entities, which the parts read as `written` */
export async function runFollowingParts(
  tx: Queryable,
  parts: readonly WriteCte[],
  written: readonly { readonly id: string; readonly version: number }[],
  of: OfTenant,
): Promise<void> {
  const rows = [new Texts(written.map(({ id }) => id)), written.map(({ version }) => version)];
  const given = `WITH written AS (SELECT $2::text AS tenant, w.id, w.version FROM ${unnested(3, ['text', 'bigint'])} AS w(id, version))`;
  for (const part of parts) {
    for (const text of Object.values(part.statements(5, '$2'))) {
      const whole = text.startsWith('WITH ') ? `${given}, ${text.slice('WITH '.length)}` : `${given} ${text}`;
      await tx.query(statementOf(whole, [of.at, of.tenant, ...rows, ...part.values], of));
    }
  }
}

/** Without parameters that the text does not use, because PostgreSQL can't determine their type. */
function statementOf(text: string, values: readonly unknown[], { timeoutMs }: OfTenant): Statement {
  const used = [...new Set(Array.from(text.matchAll(/\$(\d+)/g), ([, number]) => Number(number)))].sort(
    (a, b) => a - b,
  );
  const places = new Map(used.map((number, place) => [number, place + 1]));
  return {
    text: text.replace(/\$(\d+)/g, (_, number) => `$${places.get(Number(number))}`),
    values: used.map((number) => values[number - 1]),
    timeoutMs,
  };
}
