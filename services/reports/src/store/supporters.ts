import type { Database, Queryable } from '@alzette/kit/database';

const ADD = `INSERT INTO reports.supporter (tenant, report, device_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING report`;
const COUNT = 'SELECT count(*)::int AS n FROM reports.supporter WHERE tenant = $1 AND report = $2';

/** @param admit runs in the same transaction if the device is new. @returns the number of devices */
export async function addSupporter(
  db: Database,
  tenant: string,
  report: string,
  deviceHash: string,
  admit: (tx: Queryable) => Promise<void>,
): Promise<number> {
  await db.transaction(async (tx) => {
    const { rows } = await tx.query({ text: ADD, values: [tenant, report, deviceHash] });
    if (rows.length > 0) await admit(tx);
  });
  return (await db.query<{ n: number }>({ text: COUNT, values: [tenant, report] })).rows[0]?.n ?? 0;
}
