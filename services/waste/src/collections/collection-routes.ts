import { object } from '@alzette/kit/bodies';
import { LANGUAGES } from '@alzette/kit/languages';
import { day, decimal, oneOf, readQuery, text } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { cacheable, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ICalCalendar } from 'ical-generator';
import { DateTime } from 'luxon';
import type { WasteParts } from '../parts.ts';
import { readSettings } from '../settings.ts';
import { daysAfter } from './collection-days.ts';
import { collectionsOf, readSectors, type Sector, sectorAt, topicOf } from './sectors.ts';

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const PLACE = { longitude: decimal({ min: -180, max: 180 }), latitude: decimal({ min: -90, max: 90 }) };
const SECTORS = { ...LANGUAGE, ...PLACE, commune: text({ max: 64 }) };
const SECTOR = { sector: text({ max: 100, required: true }) };
const DAYS = { ...LANGUAGE, ...SECTOR, from: day(), to: day() };
const OF_SECTOR = { ...LANGUAGE, ...SECTOR };
const SHOWN_DAYS = 60;
const MAX_DAYS = 400;

const STRING = { type: 'string' };
const DAY = { type: 'string', format: 'date' };
const SHOWN_SECTOR = object({ id: STRING, name: STRING, commune: STRING, topic: STRING });
const COLLECTION = object({
  day: DAY,
  kind: STRING,
  title: STRING,
  shiftedFrom: DAY,
  holiday: STRING,
  putOut: { type: 'string', description: 'On the evening before, local time' },
});

/** `/citizen/v1/collections`: public collection days. */
export function collectionRoutes(scope: FastifyInstance, parts: WasteParts): void {
  const { db, territory } = parts;

  scope.get(
    '/collections/sectors',
    operation({
      access: 'nothing',
      summary: 'Sectors of waste collection: those of a commune, or the one of a place',
      query: SECTORS,
      answer: object({ sectors: { type: 'array', items: SHOWN_SECTOR } }),
    }),
    async (request, reply) => {
      const { commune, longitude, latitude } = readQuery(request, SECTORS);
      if ((longitude === undefined) !== (latitude === undefined)) {
        const [missed, given] = longitude === undefined ? ['longitude', latitude] : ['latitude', longitude];
        throw refused(missed as string, undefined, `a number, because the other one is ${given}`);
      }
      const all = (await readSectors(parts, request.tenant)).filter(
        (sector) => commune === undefined || sector.commune?.slug === commune,
      );
      const at = longitude === undefined || latitude === undefined ? undefined : sectorAt(all, [longitude, latitude]);
      const found = longitude === undefined ? all : at === undefined ? [] : [at];
      return cacheable(request, reply, { sectors: found.map(shownSector) });
    },
  );

  scope.get(
    '/collections',
    operation({
      access: 'nothing',
      summary: 'The collections of a sector by day, with shifts for public holidays',
      query: DAYS,
      answer: object({ sector: SHOWN_SECTOR, collections: { type: 'array', items: COLLECTION }, next: COLLECTION }),
    }),
    async (request, reply) => {
      const { from = today(parts), to = daysAfter(from, SHOWN_DAYS), language } = readQuery(request, DAYS);
      if (to < from || to > daysAfter(from, MAX_DAYS)) {
        throw refused('to', to, `a day from ${from} to ${daysAfter(from, MAX_DAYS)}`);
      }
      const sector = await sectorOf(parts, request);
      const collections = collectionsOf(sector, await readSettings(db, request.tenant), language, { from, to });
      const next = collections.find(({ day: at }) => at >= today(parts));
      return cacheable(request, reply, { sector: shownSector(sector), collections, ...(next && { next }) });
    },
  );

  scope.get(
    '/collections.ics',
    operation({ access: 'nothing', summary: 'The collections of a sector as a calendar', query: OF_SECTOR }),
    async (request, reply) => {
      const { language } = readQuery(request, OF_SECTOR);
      const sector = await sectorOf(parts, request);
      const from = daysAfter(today(parts), -7);
      const settings = await readSettings(db, request.tenant);
      const collections = collectionsOf(sector, settings, language, { from, to: daysAfter(from, MAX_DAYS) });
      const calendar = new ICalCalendar({
        name: `${territory.name}, ${sector.name}`,
        prodId: { company: 'Alzette', product: 'Waste' },
      });
      for (const { day: at, kind, title, holiday } of collections) {
        calendar.createEvent({
          id: `${sector.id}-${at}-${kind}@${new URL(parts.publicUrl).hostname}`,
          stamp: new Date(`${from}T00:00:00Z`), // constant for the day, so that the text is too
          start: new Date(`${at}T00:00:00Z`),
          end: new Date(`${daysAfter(at, 1)}T00:00:00Z`),
          allDay: true,
          summary: title,
          ...(holiday !== undefined && { description: holiday }),
        });
      }
      return cacheable(request, reply, calendar.toString(), 'text/calendar; charset=utf-8');
    },
  );
}

async function sectorOf(parts: WasteParts, request: FastifyRequest): Promise<Sector> {
  const { sector: id } = readQuery(request, { ...DAYS });
  const sector = (await readSectors(parts, request.tenant)).find((each) => each.id === id);
  if (sector === undefined) throw missing('sector', id);
  return sector;
}

function shownSector(sector: Sector) {
  const { id, name, commune } = sector;
  return { id, name, ...(commune && { commune: commune.slug }), topic: topicOf(sector) };
}

/** Today in the territory's time zone. */
export function today({ territory }: Pick<WasteParts, 'territory'>): string {
  return DateTime.now().setZone(territory.timeZone).toISODate() ?? '';
}
