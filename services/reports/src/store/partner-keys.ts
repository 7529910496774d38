import type { Queryable } from '@alzette/kit/database';
import type { Secrets } from '@alzette/kit/service';

const SAVE = `
  INSERT INTO reports.partner_key (tenant, url, sealed) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, url) DO UPDATE SET sealed = excluded.sealed`;
const READ = 'SELECT sealed FROM reports.partner_key WHERE tenant = $1 AND url = $2';

export async function savePartnerKey(tx: Queryable, secrets: Secrets, tenant: string, url: string, key: string) {
  await tx.query({ text: SAVE, values: [tenant, url, secrets.seal(key, sealedFor(tenant, url))] });
}

/** The key for the Open311 endpoint of a partner; undefined: none was given. */
export async function readPartnerKey(
  db: Queryable,
  secrets: Secrets,
  tenant: string,
  url: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ sealed: string }>({ text: READ, values: [tenant, url] });
  return rows[0] && secrets.open(rows[0].sealed, sealedFor(tenant, url));
}

function sealedFor(tenant: string, url: string): string {
  return `reports.partner_key:${tenant}:${url}`;
}
