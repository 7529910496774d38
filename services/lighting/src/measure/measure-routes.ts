import { documents, judged, judgeOf, listed, named, type ObjectKind } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readChoice, readDate } from '../input/read.ts';
import type { LightingParts } from '../parts.ts';
import { type LampZone, readableZones } from '../rights/lamp-zones.ts';
import { LEVELS, ofLighting, zoneKind } from '../rights/lighting-kind.ts';
import { daysAfter } from '../sun/local-time.ts';
import { tonight } from '../sun/tonight.ts';
import { levelGroups, parkNow, serviceLevel } from './cockpit.ts';
import { lampNights, lastNight, zoneNights } from './night-rows.ts';
import { FIGURES, readableFindings, readableSavings } from './readable-figures.ts';
import { SAVINGS_BY } from './savings.ts';
import { keepSettings, settingsDocument } from './settings.ts';

type Period = { from?: string; to?: string };

const MAX_DAYS = 3 * 366;

/** Measured energy compared with the expectation, by night, zone and lamp; and the summary for the cockpit. */
export function measureRoutes(scope: FastifyInstance, parts: LightingParts): void {
  energyRoutes(scope, parts);
  nightRoutes(scope, parts);
  lampRoutes(scope, parts);
  settingRoutes(scope, parts);
}

function energyRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db, site } = parts;
  scope.get<{ Querystring: Period & { by?: string } }>(
    '/savings',
    operation({
      access: 'read',
      objects: listed(zoneKind(parts, FIGURES)),
      summary: 'The measured savings of a period by commune, cabinet or street',
    }),
    async (request) => {
      const by = readChoice(request.query.by ?? 'commune', 'by', SAVINGS_BY);
      const period = await periodOf(parts, request.tenant, request.query);
      const zones = await readableZones(db, judgeOf(request), FIGURES);
      return readableSavings(db, request.tenant, { by, ...period }, zones);
    },
  );

  scope.get(
    '/cockpit',
    operation({
      access: 'read',
      objects: ofLighting(parts, FIGURES),
      summary: 'The overview of the lighting cockpit, of the communes whose lamps one may read',
    }),
    async (request) => {
      const { tenant } = request;
      const zones = await readableZones(db, judgeOf(request), FIGURES);
      const night = await lastNight(db, tenant);
      const of = (from: string, to: string) => readableSavings(db, tenant, { by: 'all', from, to }, zones);
      const [park, last, year, service] = await Promise.all([
        parkNow(db, tenant, zones.communes),
        night && of(night, night),
        night && of(`${night.slice(0, 4)}-01-01`, night),
        night && serviceLevel(db, tenant, night, zones.communes),
      ]);
      return { night, park, lastNight: last, thisYear: year, service };
    },
  );

  scope.get<{ Querystring: { night?: string } }>(
    '/levels',
    operation({
      access: 'read',
      objects: ofLighting(parts, LEVELS),
      summary: 'The levels of the lamps over a night, by default tonight',
    }),
    async (request) => {
      const { tenant, query } = request;
      const night = query.night === undefined ? tonight(site.timeZone) : readDate(query.night, 'night');
      const { communes } = await readableZones(db, judgeOf(request), LEVELS);
      return { night, timeZone: site.timeZone, groups: await levelGroups(parts, tenant, night, communes) };
    },
  );
}

function nightRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  const kind = zoneKind(parts, FIGURES);
  const asked = async ({ query }: FastifyRequest): Promise<LampZone[]> => {
    const { by, zone = '' } = query as { readonly by?: string; readonly zone?: string };
    const kindOfZone = readChoice(by ?? 'all', 'by', SAVINGS_BY);
    if (kindOfZone !== 'all' && zone === '') throw new InvalidInput('zone', undefined, `a ${kindOfZone}`);
    return [{ kind: kindOfZone, zone }];
  };
  scope.get<{ Querystring: Period & { by?: string; zone?: string } }>(
    '/nights',
    operation({
      access: 'read',
      objects: documents(kind, asked),
      summary: 'The nights of a zone: measured, promised and reference energy',
    }),
    async (request) => {
      const period = await periodOf(parts, request.tenant, request.query);
      return { ...period, nights: await zoneNights(db, request.tenant, { ...judged(request, kind), ...period }) };
    },
  );

  const lamps: ObjectKind<string> = {
    name: 'lamp',
    find: (_tenant, id) => id,
    may: async (action, id, judge) => (await judge.refused(action, [id], FIGURES)).size === 0,
  };
  scope.get<{ Params: { id: string }; Querystring: Period }>(
    '/lamps/:id/nights',
    operation({
      access: 'read',
      objects: named(lamps),
      summary: 'The nights of a lamp: measured, promised and reference energy',
    }),
    async (request) => {
      const { tenant } = request;
      const lamp = judged(request, lamps);
      const period = await periodOf(parts, tenant, request.query);
      return { ...period, lamp, nights: await lampNights(db, tenant, { lamp, ...period }) };
    },
  );
}

function lampRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  scope.get(
    '/anomalies',
    operation({
      access: 'read',
      objects: ofLighting(parts, FIGURES),
      summary:
        'Lamps that are on by day, silent, drifting or above the promised energy, and cabinets with daytime supply, energy losses or unbalanced phases',
    }),
    async (request) => {
      const { tenant } = request;
      const night = await lastNight(db, tenant);
      if (night === undefined) return { night, lamps: [], cabinets: [] };
      return { night, ...(await readableFindings(db, tenant, night, judgeOf(request))) };
    },
  );
}

function settingRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  scope.get(
    '/settings',
    operation({
      access: 'read',
      objects: ofLighting(parts, FIGURES),
      summary: 'The prices, CO₂ factors and inhabitants used for savings',
    }),
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
