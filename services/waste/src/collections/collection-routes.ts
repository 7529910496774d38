import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { ICalCalendar } from 'ical-generator';
import { DateTime } from 'luxon';
import type { PublicWasteContract, ShownSector } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { readSettings } from '../settings.ts';
import { daysAfter } from './collection-days.ts';
import { collectionsOf, readSectors, type Sector, sectorAt, topicOf } from './sectors.ts';

const SHOWN_DAYS = 60;
const MAX_DAYS = 400;

/** Public collection days. */
export function collectionHandlers(
  parts: WasteParts,
): Handlers<PublicWasteContract, 'sectors' | 'collections' | 'calendar'> {
  const { db } = parts;
  const shapesOf = (tenant: string) => parts.territories.shapes(tenant);
  return {
    async sectors({ tenant, query: { commune, longitude, latitude } }) {
      if ((longitude === undefined) !== (latitude === undefined)) {
        const [missed, given] = longitude === undefined ? ['longitude', latitude] : ['latitude', longitude];
        throw refused(missed as string, undefined, `a number, because the other one is ${given}`);
      }
      const all = (await readSectors(parts, tenant)).filter(
        (sector) => commune === undefined || sector.commune?.slug === commune,
      );
      const at =
        longitude === undefined || latitude === undefined
          ? undefined
          : sectorAt(all, await shapesOf(tenant), [longitude, latitude]);
      const found = longitude === undefined ? all : at === undefined ? [] : [at];
      return { sectors: found.map(shownSector) };
    },
    async collections({ tenant, query }) {
      const { from = today(parts, tenant), to = daysAfter(from, SHOWN_DAYS), language } = query;
      if (to < from || to > daysAfter(from, MAX_DAYS)) {
        throw refused('to', to, `a day from ${from} to ${daysAfter(from, MAX_DAYS)}`);
      }
      const sector = await sectorOf(parts, tenant, query.sector);
      const collections = collectionsOf(sector, await readSettings(db, tenant), language, { from, to });
      const next = collections.find(({ day: at }) => at >= today(parts, tenant));
      return { sector: shownSector(sector), collections, ...(next && { next }) };
    },
    async calendar({ tenant, query: { language, sector: id } }) {
      const sector = await sectorOf(parts, tenant, id);
      const from = daysAfter(today(parts, tenant), -7);
      const settings = await readSettings(db, tenant);
      const collections = collectionsOf(sector, settings, language, { from, to: daysAfter(from, MAX_DAYS) });
      return calendarOf(parts, tenant, sector, { from, collections });
    },
  };
}

function calendarOf(
  { territories }: WasteParts,
  tenant: string,
  sector: Sector,
  { from, collections }: { readonly from: string; readonly collections: ReturnType<typeof collectionsOf> },
): string {
  const calendar = new ICalCalendar({
    name: `${territories.of(tenant).name}, ${sector.name}`,
    prodId: { company: 'Alzette', product: 'Waste' },
  });
  for (const { day: at, kind, title, holiday } of collections) {
    calendar.createEvent({
      id: `${sector.id}-${at}-${kind}@${new URL(territories.publicUrl(tenant)).hostname}`,
      stamp: new Date(`${from}T00:00:00Z`), // constant for the day, so that the text is too
      start: new Date(`${at}T00:00:00Z`),
      end: new Date(`${daysAfter(at, 1)}T00:00:00Z`),
      allDay: true,
      summary: title,
      ...(holiday !== undefined && { description: holiday }),
    });
  }
  return calendar.toString();
}

async function sectorOf(parts: WasteParts, tenant: string, id: string): Promise<Sector> {
  const sector = (await readSectors(parts, tenant)).find((each) => each.id === id);
  if (sector === undefined) throw missing('sector', id);
  return sector;
}

function shownSector(sector: Sector): ShownSector {
  const { id, name, commune } = sector;
  return { id, name, ...(commune && { commune: commune.slug }), topic: topicOf(sector) };
}

/** Today where the tenant is. */
export function today({ territories }: Pick<WasteParts, 'territories'>, tenant: string): string {
  return DateTime.now().setZone(territories.of(tenant).timeZone).toISODate() ?? '';
}
