import { documents, judged, judgeOf, listed, named, type ObjectKind } from '@alzette/kit/objects';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { MeasureContract, SavingsBy } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import type { LightingParts } from '../parts.ts';
import { type LampZone, readableZones, zoneOf } from '../rights/lamp-zones.ts';
import { LEVELS, ofLighting, zoneKind } from '../rights/lighting-kind.ts';
import { daysAfter } from '../sun/local-time.ts';
import { tonight } from '../sun/tonight.ts';
import { levelGroups, parkNow, serviceLevel } from './cockpit.ts';
import { yearTo } from './lighting-figures.ts';
import { lampNights, lastNight, zoneNights } from './night-rows.ts';
import { readableOutliers } from './outlier-rows.ts';
import { FIGURES, readableFindings, readableSavings } from './readable-figures.ts';
import { keepSettings, settingsDocument } from './settings.ts';

const MAX_DAYS = 3 * 366;

export function measureHandlers(parts: LightingParts): Handlers<MeasureContract> {
  const { db } = parts;
  return {
    ...overviewHandlers(parts),
    ...nightHandlers(parts),
    anomalies: {
      objects: ofLighting(parts, FIGURES),
      async handle(request) {
        const { tenant } = request;
        const night = await lastNight(db, tenant);
        if (night === undefined) return { lamps: [], cabinets: [] };
        return { night, ...(await readableFindings(db, tenant, night, judgeOf(request))) };
      },
    },
    outliers: {
      objects: ofLighting(parts, FIGURES),
      async handle(request) {
        const { tenant, query } = request;
        const period = await periodOf(parts, tenant, query);
        const judge = judgeOf(request);
        const { communes } = await readableZones(db, judge, FIGURES);
        return { ...period, outliers: await readableOutliers(db, tenant, period, { judge, communes }) };
      },
    },
    settings: {
      objects: ofLighting(parts, FIGURES),
      handle: ({ tenant }) => settingsDocument(db, tenant),
    },
    setSettings: ({ tenant, body }) => keepSettings(db, tenant, body),
  };
}

function overviewHandlers(parts: LightingParts): Handlers<MeasureContract, 'savings' | 'cockpit' | 'levels'> {
  const { db } = parts;
  return {
    savings: {
      objects: listed(zoneKind(parts, FIGURES)),
      async handle(request) {
        const { tenant, query } = request;
        const period = await periodOf(parts, tenant, query);
        const zones = await readableZones(db, judgeOf(request), FIGURES);
        return readableSavings(db, tenant, { by: query.by, ...period }, zones);
      },
    },
    cockpit: {
      objects: ofLighting(parts, FIGURES),
      async handle(request) {
        const { tenant } = request;
        const zones = await readableZones(db, judgeOf(request), FIGURES);
        const night = await lastNight(db, tenant);
        if (night === undefined) return { park: await parkNow(db, tenant, zones.communes) };
        const of = (period: { readonly from: string; readonly to: string }) =>
          readableSavings(db, tenant, { by: 'all', ...period }, zones);
        const [park, last, year, service] = await Promise.all([
          parkNow(db, tenant, zones.communes),
          of({ from: night, to: night }),
          of(yearTo(night)),
          serviceLevel(db, tenant, night, zones.communes),
        ]);
        return { night, park, lastNight: last, thisYear: year, service };
      },
    },
    levels: {
      objects: ofLighting(parts, LEVELS),
      async handle(request) {
        const { tenant, query } = request;
        const { timeZone } = parts.siteOf(tenant);
        const night = query.night ?? tonight(timeZone);
        const { communes } = await readableZones(db, judgeOf(request), LEVELS);
        return { night, timeZone, groups: await levelGroups(parts, tenant, night, communes) };
      },
    },
  };
}

type NightsRequest = RequestOf<MeasureContract['operations']['nights']>;

function nightHandlers(parts: LightingParts): Handlers<MeasureContract, 'nights' | 'nightsOfLamp'> {
  const { db } = parts;
  const kind: ObjectKind<LampZone> = zoneKind(parts, FIGURES);
  const lamps: ObjectKind<string> = {
    name: 'lamp',
    find: (_tenant, id) => id,
    may: async (action, id, judge) => (await judge.refused(action, [id], FIGURES)).size === 0,
  };
  return {
    nights: {
      objects: documents(kind, async ({ query: { by, zone } }: NightsRequest) => [
        zoneOf<SavingsBy>({ kind: by, zone }),
      ]),
      async handle(request) {
        const period = await periodOf(parts, request.tenant, request.query);
        return { ...period, nights: await zoneNights(db, request.tenant, { ...judged(request, kind), ...period }) };
      },
    },
    nightsOfLamp: {
      objects: named(lamps),
      async handle(request) {
        const { tenant } = request;
        const lamp = judged(request, lamps);
        const period = await periodOf(parts, tenant, request.query);
        return { ...period, lamp, nights: await lampNights(db, tenant, { lamp, ...period }) };
      },
    },
  };
}

/** Without days: the year up to the last night. */
async function periodOf(
  { db, siteOf }: LightingParts,
  tenant: string,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
): Promise<{ from: string; to: string }> {
  const last = to ?? (await lastNight(db, tenant)) ?? tonight(siteOf(tenant).timeZone);
  const first = from ?? daysAfter(last, -364);
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
  if (days < 1 || days > MAX_DAYS) {
    throw new InvalidInput('from', first, `a day up to "to" (${last}), ${MAX_DAYS} days before it or fewer`);
  }
  return { from: first, to: last };
}
