import { missing } from '@alzette/kit/problems';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { PublicLightingContract, Saving, Savings, Withheld } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import { lastNight } from '../measure/night-rows.ts';
import { savingsOf } from '../measure/savings.ts';
import { readSettings } from '../measure/settings.ts';
import type { LightingParts } from '../parts.ts';
import { levelAt, shownLevels } from '../programmes/programme.ts';
import { openAssigned } from '../strategies/assignments.ts';
import { tonight } from '../sun/tonight.ts';

const STREET = `
  SELECT id, commune, street, cabinet, zones FROM lighting.lamp
  WHERE tenant = $1 AND commune = $2 AND street = $3 ORDER BY id`;
const NEAREST = `
  SELECT commune, street FROM lighting.lamp
  WHERE tenant = $1 AND street IS NOT NULL AND longitude IS NOT NULL
  ORDER BY (longitude - $2::float8) ^ 2 * cos(radians($3::float8)) ^ 2 + (latitude - $3::float8) ^ 2 LIMIT 1`;
const STREETS = `
  SELECT DISTINCT commune, street FROM lighting.lamp
  WHERE tenant = $1 AND commune IS NOT NULL AND street IS NOT NULL ORDER BY commune, street`;

interface Placed {
  readonly id: string;
  readonly commune: string;
  readonly street: string;
  readonly cabinet: string | null;
  readonly zones: string[];
}

const KEPT_FOR = 'public, max-age=300';

export function publicHandlers(parts: LightingParts): Handlers<PublicLightingContract> {
  const { db, siteOf } = parts;
  return {
    async savings({ tenant }, reply) {
      const night = await lastNight(db, tenant);
      const settings = await readSettings(db, tenant);
      const saving = (by: 'all' | 'commune', from: string, to: string) =>
        savingsOf(db, tenant, { by, from, to }, settings);
      reply.header('cache-control', KEPT_FOR);
      const { leastMeasured } = settings;
      if (night === undefined) {
        return { night: null, lastNight: null, thisYear: null, communes: [], leastMeasured, withheld: [] };
      }
      const newYear = `${night.slice(0, 4)}-01-01`;
      const [last, year, communes] = await Promise.all([
        saving('all', night, night),
        saving('all', newYear, night),
        saving('commune', newYear, night),
      ]);
      const isShown = ({ measuredShare = 0 }: Saving) => measuredShare >= leastMeasured;
      const hidden = (figure: Withheld['figure'], { rows }: Savings): Withheld[] =>
        rows.filter((row) => !isShown(row)).map(({ zone, measuredShare = 0 }) => ({ figure, zone, measuredShare }));
      return {
        night,
        lastNight: last.rows.every(isShown) ? last : null,
        thisYear: year.rows.every(isShown) ? year : null,
        communes: communes.rows.filter(isShown),
        leastMeasured,
        withheld: [...hidden('lastNight', last), ...hidden('thisYear', year), ...hidden('communes', communes)],
      };
    },
    async streets({ tenant }, reply) {
      reply.header('cache-control', KEPT_FOR);
      const { rows } = await db.query<{ commune: string; street: string }>({ text: STREETS, values: [tenant] });
      return { streets: rows };
    },
    async tonight({ query, tenant }, reply) {
      const { commune, street } = await streetOf(db, tenant, query);
      const { rows } = await db.query<Placed>({ text: STREET, values: [tenant, commune, street] });
      if (rows.length === 0) throw missing('lit street', `${commune}/${street}`);
      const site = siteOf(tenant);
      const assigned = await openAssigned(db, tenant, site);
      const night = tonight(site.timeZone);
      const now = Date.now();
      const promises = rows.map((lamp) => assigned.promiseFor(lamp, night).promise);
      // If lamps of one street differ, the brightest is shown.
      const brightest = promises.reduce((best, promise) => (promise.powerHours > best.powerHours ? promise : best));
      reply.header('cache-control', KEPT_FOR);
      return {
        commune,
        street,
        lamps: rows.length,
        night,
        timeZone: site.timeZone,
        on: new Date(brightest.on).toISOString(),
        off: new Date(brightest.off).toISOString(),
        levelNow: levelAt(brightest.steps, now),
        levels: shownLevels(brightest.steps),
      };
    },
  };
}

type Asked = RequestOf<PublicLightingContract['operations']['tonight']>['query'];

async function streetOf(db: LightingParts['db'], tenant: string, { commune, street, longitude, latitude }: Asked) {
  if (longitude === undefined && latitude === undefined)
    return { commune: given({ commune }), street: given({ street }) };
  const values = [given({ longitude }), given({ latitude })];
  const { rows } = await db.query<{ commune: string; street: string }>({
    text: NEAREST,
    values: [tenant, ...values],
  });
  if (rows[0] === undefined) throw missing('lit street', values.join(', '));
  return rows[0];
}

/** @throws InvalidInput: it is missing */
function given<T>(parameter: { readonly [name: string]: T | undefined }): T {
  const [[name, value] = ['', undefined]] = Object.entries(parameter);
  if (value !== undefined) return value;
  throw new InvalidInput(name, undefined, '"commune" and "street", or "longitude" and "latitude"');
}
