import type { Queryable } from '@alzette/kit/database';
import { judgeOf } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { readDate, readWhole } from '../input/read.ts';
import type { LightingParts } from '../parts.ts';
import { readableZones } from '../rights/lamp-zones.ts';
import { ofLighting } from '../rights/lighting-kind.ts';
import { daysAfter, wallTime } from '../sun/local-time.ts';
import { reportsAround } from './reports-around.ts';

const LAST_CHANGE = `
  SELECT max(from_night)::text AS change FROM lighting.assignment
  WHERE tenant = $1 AND from_night > $2::date AND from_night <= $3::date`;
const USUAL_DAYS = 30;
const RECENT_DAYS = 180;
const WITHOUT_CHANGE_DAYS = 15;

/** `/reports`: citizen reports about lamps before and after a change. */
export function reportRoutes(scope: FastifyInstance, parts: LightingParts): void {
  scope.get<{ Querystring: { change?: string; days?: string } }>(
    '/reports',
    operation({
      access: 'read',
      objects: ofLighting(parts, []),
      summary:
        'The number of citizen reports per 100 lamps before and after a day, by default the last change of a strategy',
    }),
    async (request) => {
      const { change, days } = request.query;
      const { tenant } = request;
      const around = {
        change: change === undefined ? await lastChange(parts, tenant) : readDate(change, 'change'),
        days: readWhole(days === undefined ? USUAL_DAYS : Number(days), 'days', { min: 1, max: 3 * 366 }),
        now: Date.now(),
      };
      const client = parts.clientOf(request);
      const context = `${parts.publicUrl}/contexts/Reports/v1.jsonld`;
      const { communes } = await readableZones(parts.db, judgeOf(request), []);
      return reportsAround({ db: parts.db, client, context }, tenant, { ...around, communes });
    },
  );
}

/** The last change of a strategy; if there was none in the last six months, half a month ago. */
async function lastChange(
  { db, site }: { db: Queryable; site: LightingParts['site'] },
  tenant: string,
): Promise<string> {
  const { date } = wallTime(Date.now(), site.timeZone);
  const values = [tenant, daysAfter(date, -RECENT_DAYS), date];
  const { rows } = await db.query<{ change: string | null }>({ text: LAST_CHANGE, values });
  return rows[0]?.change ?? daysAfter(date, -WITHOUT_CHANGE_DAYS);
}
