import type { Database } from '@alzette/kit/database';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import { communeOf } from './lamp.ts';
import type { ParkReader } from './read-park.ts';

/** The members of a cabinet for lists. */
interface Cabinet {
  readonly id: string;
  readonly name?: string;
  readonly commune?: string;
}

const DELETE_OTHERS = `DELETE FROM lighting.cabinet WHERE tenant = $1 AND NOT id = ANY ($2::text[])`;
const UPSERT = `
  INSERT INTO lighting.cabinet (tenant, id, name, commune)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[])
  ON CONFLICT (tenant, id) DO UPDATE SET name = EXCLUDED.name, commune = EXCLUDED.commune`;
const PAGE = 500;

export async function readCabinets({ client, context, tenant }: ParkReader): Promise<Cabinet[]> {
  const cabinets: Cabinet[] = [];
  const asked = { context, tenant, format: 'simplified' as const, limit: PAGE, pick: ['id', 'type', 'name', 'scope'] };
  for await (const { id, name, scope } of queryAll(client, { ...asked, type: 'StreetlightControlCabinet' })) {
    const commune = communeOf(scope);
    cabinets.push({ id, ...(typeof name === 'string' && { name }), ...(commune !== undefined && { commune }) });
  }
  return cabinets;
}

/** Replaces the cabinets of a tenant in the table by these. */
export async function keepCabinets(db: Database, tenant: string, cabinets: readonly Cabinet[]): Promise<void> {
  const ids = cabinets.map(({ id }) => id);
  await db.transaction(async (tx) => {
    await tx.query({ text: DELETE_OTHERS, values: [tenant, ids] });
    const names = cabinets.map(({ name }) => name ?? null);
    await tx.query({ text: UPSERT, values: [tenant, ids, names, cabinets.map(({ commune }) => commune ?? null)] });
  });
}
