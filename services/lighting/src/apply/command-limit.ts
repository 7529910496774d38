import type { Database, Queryable } from '@alzette/kit/database';
import type { AskedCommands } from '@alzette/kit/service';
import type { LightingParts } from '../parts.ts';
import { isGroup, isStreetlight } from '../rights/lamp-rights.ts';
import { readApproval } from './override-rows.ts';

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('lighting.commanded ' || $1 || ' ' || $2, 0))`;
const FORGET = `
  DELETE FROM lighting.commanded WHERE tenant = $1 AND sender = $2 AND at <= now() - make_interval(mins => $3)`;
const COUNT = `
  SELECT count(*) AS lamps FROM (
    SELECT lamp FROM lighting.commanded WHERE tenant = $1 AND sender = $2 UNION SELECT unnest($3::text[])) AS both_of_them`;
const KEEP = `
  INSERT INTO lighting.commanded (tenant, sender, lamp, at) SELECT DISTINCT $1, $2, lamp, now() FROM unnest($3::text[]) AS lamp
  ON CONFLICT (tenant, sender, lamp) DO UPDATE SET at = excluded.at`;
const KNOWN = `SELECT id FROM lighting.lamp WHERE tenant = $1 AND id = ANY ($2::text[])`;
const FORGET_ALL = `DELETE FROM lighting.commanded WHERE at < now() - make_interval(mins => $1) /* all tenants: the job that deletes old counts */`;

/** The time over which commands of one sender are summed. */
export const COUNTED_MINUTES = 10;
const GROUPS_AT_ONCE = 50;

/**
 * Counts lamps that a sender is about to command, with those of the last minutes. Exact over all processes.
 *
 * @returns false: together they need the approval of a second person, and are not counted
 */
export async function countLamps(
  db: Database,
  tenant: string,
  { sender, lamps }: { readonly sender: string; readonly lamps: readonly string[] },
): Promise<boolean> {
  const approvalFrom = await readApproval(db, tenant);
  if (approvalFrom === null) return true;
  return db.transaction(async (tx) => {
    await tx.query({ text: LOCK, values: [tenant, sender] });
    await tx.query({ text: FORGET, values: [tenant, sender, COUNTED_MINUTES] });
    const { rows } = await tx.query<{ lamps: number }>({ text: COUNT, values: [tenant, sender, lamps] });
    if ((rows[0]?.lamps ?? 0) >= approvalFrom) return false;
    await tx.query({ text: KEEP, values: [tenant, sender, lamps] });
    return true;
  });
}

/** Refuses commands to lamps that need the approval of a second person, whatever way they take. */
export async function checkCommands(
  { db, client, context }: Pick<LightingParts, 'db' | 'client' | 'context'>,
  { tenant, sender, entities }: AskedCommands,
): Promise<string | undefined> {
  const ids = entities.map(({ id }) => id);
  const { rows } = await db.query<{ id: string }>({ text: KNOWN, values: [tenant, ids] });
  const known = new Set(rows.map(({ id }) => id));
  const single = entities
    .filter(({ id, types }) => types === undefined || isStreetlight(types) || known.has(id))
    .map(({ id }) => id);
  const groups = entities.filter(({ id, types }) => isGroup(id, types)).map(({ id }) => id);
  const lamps = [...single, ...(await lampsOfGroups({ client, context }, tenant, groups))];
  if (lamps.length === 0 || (await countLamps(db, tenant, { sender, lamps }))) return undefined;
  return `Lacking: the approval of a second person for commands to so many lamps within ${COUNTED_MINUTES} minutes. Ask for it with POST /lighting/overrides`;
}

async function lampsOfGroups(
  { client, context }: Pick<LightingParts, 'client' | 'context'>,
  tenant: string,
  groups: readonly string[],
): Promise<string[]> {
  const lamps: string[] = [];
  for (let at = 0; at < groups.length; at += GROUPS_AT_ONCE) {
    const id = groups.slice(at, at + GROUPS_AT_ONCE);
    const pick = ['id', 'type', 'refStreetlight'];
    const asked = { type: 'StreetlightGroup', id, pick, format: 'simplified', context, tenant } as const;
    const { entities } = await client.queryEntities(asked);
    for (const { refStreetlight } of entities) lamps.push(...[refStreetlight ?? []].flat().map(String));
  }
  return lamps;
}

/** Deletes counts that no longer matter, of all tenants. */
export async function forgetCounts(db: Queryable): Promise<void> {
  await db.query({ text: FORGET_ALL, values: [COUNTED_MINUTES] });
}
