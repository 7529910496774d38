import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { readNumber, readText } from '../input/read.ts';
import { lastNight } from '../measure/night-rows.ts';
import { savingsOf } from '../measure/savings.ts';
import { readSettings } from '../measure/settings.ts';
import type { LightingParts } from '../parts.ts';
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

/** `/public/lighting`: public figures of the lighting of a public tenant. */
export function publicRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db, site } = parts;

  scope.get(
    '/',
    operation({ access: 'nothing', summary: 'Public: the savings of lighting last night and this year' }),
    async ({ tenant }, reply) => {
      const night = await lastNight(db, tenant);
      const settings = await readSettings(db, tenant);
      const saving = (by: 'all' | 'commune', from: string, to: string) =>
        savingsOf(db, tenant, { by, from, to }, settings);
      reply.header('cache-control', KEPT_FOR);
      if (night === undefined) return { night: null, lastNight: null, thisYear: null, communes: [] };
      const newYear = `${night.slice(0, 4)}-01-01`;
      const [last, year, communes] = await Promise.all([
        saving('all', night, night),
        saving('all', newYear, night),
        saving('commune', newYear, night),
      ]);
      return { night, lastNight: last, thisYear: year, communes: communes.rows };
    },
  );

  scope.get(
    '/streets',
    operation({ access: 'nothing', summary: 'Public: the lit streets of each commune' }),
    async ({ tenant }, reply) => {
      reply.header('cache-control', KEPT_FOR);
      return {
        streets: (await db.query<{ commune: string; street: string }>({ text: STREETS, values: [tenant] })).rows,
      };
    },
  );

  scope.get<{ Querystring: { commune?: string; street?: string; longitude?: string; latitude?: string } }>(
    '/tonight',
    operation({
      access: 'nothing',
      summary: 'Public: the level of a street tonight, by its name or the nearest to a place',
    }),
    async ({ query, tenant }, reply) => {
      const { commune, street } = await streetOf(db, tenant, query);
      const { rows } = await db.query<Placed>({ text: STREET, values: [tenant, commune, street] });
      if (rows.length === 0) throw missing('lit street', `${commune}/${street}`);
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
        levelNow: brightest.steps.find(({ from, to }) => from <= now && now < to)?.level ?? 0,
        levels: brightest.steps.map(({ from, to, level }) => ({
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          level,
        })),
      };
    },
  );
}

async function streetOf(
  db: LightingParts['db'],
  tenant: string,
  { commune, street, longitude, latitude }: Readonly<Record<string, string | undefined>>,
) {
  if (longitude === undefined && latitude === undefined) {
    return { commune: readText(commune, 'commune'), street: readText(street, 'street') };
  }
  const values = [degrees(longitude, 'longitude', 180), degrees(latitude, 'latitude', 90)];
  const { rows } = await db.query<{ commune: string; street: string }>({
    text: NEAREST,
    values: [tenant, ...values],
  });
  if (rows[0] === undefined) throw missing('lit street', values.join(', '));
  return rows[0];
}

function degrees(text: string | undefined, member: string, limit: number): number {
  return readNumber(text === undefined || text === '' ? text : Number(text), member, { min: -limit, max: limit });
}
