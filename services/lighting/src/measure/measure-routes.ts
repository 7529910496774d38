import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readChoice, readDate } from '../input/read.ts';
import type { LightingParts } from '../parts.ts';
import { daysAfter } from '../sun/local-time.ts';
import { tonight } from '../sun/tonight.ts';
import { cabinetFindings } from './cabinet-findings.ts';
import { DAY_BURNER_SHARE } from './close-night.ts';
import { levelGroups, parkNow, serviceLevel } from './cockpit.ts';
import { anomalies, lampNights, lastNight, zoneNights } from './night-rows.ts';
import { SAVINGS_BY, savingsOf } from './savings.ts';
import { keepSettings, readSettings, settingsDocument } from './settings.ts';

type Period = { from?: string; to?: string };

const MAX_DAYS = 3 * 366;

/** Measured energy compared with the expectation, by night, zone and lamp; and the summary for the cockpit. */
export function measureRoutes(scope: FastifyInstance, parts: LightingParts): void {
  energyRoutes(scope, parts);
  lampRoutes(scope, parts);
}

function energyRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  scope.get<{ Querystring: Period & { by?: string } }>(
    '/savings',
    operation({ access: 'read', summary: 'The measured savings of a period by commune, cabinet or street' }),
    async (request) => {
      const by = readChoice(request.query.by ?? 'commune', 'by', SAVINGS_BY);
      const period = await periodOf(parts, request.tenant, request.query);
      return savingsOf(db, request.tenant, { by, ...period }, await readSettings(db, request.tenant));
    },
  );

  scope.get<{ Querystring: Period & { by?: string; zone?: string } }>(
    '/nights',
    operation({ access: 'read', summary: 'The nights of a zone: measured, promised and reference energy' }),
    async (request) => {
      const kind = readChoice(request.query.by ?? 'all', 'by', SAVINGS_BY);
      const { zone = '' } = request.query;
      if (kind !== 'all' && zone === '') throw new InvalidInput('zone', undefined, `a ${kind}`);
      const period = await periodOf(parts, request.tenant, request.query);
      return { ...period, nights: await zoneNights(db, request.tenant, { kind, zone, ...period }) };
    },
  );

  scope.get<{ Params: { id: string }; Querystring: Period }>(
    '/lamps/:id/nights',
    operation({ access: 'read', summary: 'The nights of a lamp: measured, promised and reference energy' }),
    async (request) => {
      const { id: lamp } = request.params;
      const { tenant } = request;
      const seen = await parts.clientOf(request).retrieveEntity(lamp, { tenant, pick: ['id'] });
      if (seen === undefined) throw missing('lamp', lamp);
      const period = await periodOf(parts, tenant, request.query);
      return { ...period, lamp, nights: await lampNights(db, tenant, { lamp, ...period }) };
    },
  );
}

function lampRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db, site } = parts;
  scope.get(
    '/anomalies',
    operation({
      access: 'read',
      summary:
        'Lamps that are on by day, silent, drifting or above the promised energy, and cabinets with daytime supply, energy losses or unbalanced phases',
    }),
    async ({ tenant }) => {
      const night = await lastNight(db, tenant);
      if (night === undefined) return { night, lamps: [], cabinets: [] };
      const [lamps, cabinets] = await Promise.all([
        anomalies(db, tenant, night, DAY_BURNER_SHARE),
        cabinetFindings(db, tenant, night),
      ]);
      return { night, lamps, cabinets };
    },
  );

  scope.get(
    '/cockpit',
    operation({ access: 'read', summary: 'The overview of the lighting cockpit' }),
    async ({ tenant }) => {
      const night = await lastNight(db, tenant);
      const settings = await readSettings(db, tenant);
      const of = (from: string, to: string) => savingsOf(db, tenant, { by: 'all', from, to }, settings);
      const [park, last, year, service] = await Promise.all([
        parkNow(db, tenant),
        night && of(night, night),
        night && of(`${night.slice(0, 4)}-01-01`, night),
        night && serviceLevel(db, tenant, night),
      ]);
      return { night, park, lastNight: last, thisYear: year, service };
    },
  );

  scope.get<{ Querystring: { night?: string } }>(
    '/levels',
    operation({ access: 'read', summary: 'The levels of all lamps over a night, by default tonight' }),
    async ({ tenant, query }) => {
      const night = query.night === undefined ? tonight(site.timeZone) : readDate(query.night, 'night');
      return { night, timeZone: site.timeZone, groups: await levelGroups(parts, tenant, night) };
    },
  );

  scope.get(
    '/settings',
    operation({ access: 'read', summary: 'The prices, CO₂ factors and inhabitants used for savings' }),
    ({ tenant }) => settingsDocument(db, tenant),
  );

  scope.put(
    '/settings',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Sets the prices, CO₂ factors and inhabitants used for savings',
    }),
    ({ tenant, body }) => keepSettings(db, tenant, body),
  );
}

/** Without days: the year up to the last night. */
async function periodOf(
  { db, site }: LightingParts,
  tenant: string,
  { from, to }: Period,
): Promise<{ from: string; to: string }> {
  const last = to === undefined ? ((await lastNight(db, tenant)) ?? tonight(site.timeZone)) : readDate(to, 'to');
  const first = from === undefined ? daysAfter(last, -364) : readDate(from, 'from');
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
  if (days < 1 || days > MAX_DAYS) {
    throw new InvalidInput('from', first, `a day up to "to" (${last}), ${MAX_DAYS} days before it or fewer`);
  }
  return { from: first, to: last };
}
