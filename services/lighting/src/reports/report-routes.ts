import type { Queryable } from '@alzette/kit/database';
import { judgeOf } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { SupervisionContract } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { readableZones } from '../rights/lamp-zones.ts';
import { ofLighting } from '../rights/lighting-kind.ts';
import { daysAfter, wallTime } from '../sun/local-time.ts';
import { reportsAround } from './reports-around.ts';

const LAST_CHANGE = `
  SELECT max(from_night)::text AS change FROM lighting.assignment
  WHERE tenant = $1 AND from_night > $2::date AND from_night <= $3::date`;
const RECENT_DAYS = 180;
const WITHOUT_CHANGE_DAYS = 15;

export function reportHandlers(parts: LightingParts): Handlers<SupervisionContract, 'reports'> {
  return {
    reports: {
      objects: ofLighting(parts, []),
      async handle(request) {
        const { tenant } = request;
        const { days, change = await lastChange(parts, tenant) } = request.query;
        const client = parts.clientOf(request);
        const context = `${parts.publicUrl}/contexts/Reports/v1.jsonld`;
        const { communes } = await readableZones(parts.db, judgeOf(request), []);
        return reportsAround({ db: parts.db, client, context }, tenant, { change, days, now: Date.now(), communes });
      },
    },
  };
}

/** The last change of a strategy; if there was none in the last six months, half a month ago. */
async function lastChange(
  { db, siteOf }: { db: Queryable; siteOf: LightingParts['siteOf'] },
  tenant: string,
): Promise<string> {
  const { date } = wallTime(Date.now(), siteOf(tenant).timeZone);
  const values = [tenant, daysAfter(date, -RECENT_DAYS), date];
  const { rows } = await db.query<{ change: string | null }>({ text: LAST_CHANGE, values });
  return rows[0]?.change ?? daysAfter(date, -WITHOUT_CHANGE_DAYS);
}
