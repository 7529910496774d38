import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { fetchPages } from '../http/http-pages.ts';
import { readValidators } from '../http/read-http.ts';
import type { Harvest, HarvestedItem } from '../items/harvest.ts';
import { contentHash } from '../items/item-mapper.ts';
import type { GtfsSource } from './gtfs-source.ts';
import { gtfsUrn } from './gtfs-source.ts';
import { openItems } from './open-items.ts';
import type { GtfsRow } from './timetable.ts';
import { readTimetable } from './timetable.ts';
import { replaceTimetable } from './timetable-rows.ts';

/**
 * Reads a timetable: agencies, routes and stops become entities; trips and times are stored in tables. @throws
 * SourceError
 */
export async function readGtfs(
  outgoing: Outgoing,
  { id: feed, tenant = '', from, box }: GtfsSource,
  options: { readonly state: Readonly<Record<string, unknown>>; readonly signal: AbortSignal },
): Promise<Harvest> {
  const now = new Date();
  const { state, signal } = options;
  // Service days change daily, so even an unchanged feed is read again each day.
  const today = now.toISOString().slice(0, 10);
  const known = state.day === today ? readValidators(state) : {};
  const { pages, validators } = await fetchPages(outgoing, from, { asJson: false, known, signal, countOf: () => 0 });
  const [page] = pages;
  if (page === undefined) return { rows: 0, items: [], problems: [], refused: 0, unchanged: true, state };
  const timetable = await readTimetable(page.answer.body, box, now);
  const source = { type: 'Property', value: from.url.replace(/\?.*$/, '') };
  const agencies = timetable.agencies.map((row): Entity => {
    const id = gtfsUrn('GtfsAgency', feed, row.agency_id || 'agency');
    return entity(
      id,
      'GtfsAgency',
      {
        agencyName: row.agency_name,
        timezone: row.agency_timezone,
        language: row.agency_lang,
        page: row.agency_url,
        phone: row.agency_phone,
      },
      { source },
    );
  });
  const routes = timetable.routes.map(
    (row): Entity =>
      entity(
        gtfsUrn('GtfsRoute', feed, row.route_id ?? ''),
        'GtfsRoute',
        {
          shortName: row.route_short_name,
          name: row.route_long_name,
          routeType: row.route_type,
          routeColor: row.route_color,
          routeTextColor: row.route_text_color,
          page: row.route_url,
        },
        {
          operatedBy: {
            type: 'Relationship',
            object: gtfsUrn('GtfsAgency', feed, row.agency_id || timetable.agencies[0]?.agency_id || 'agency'),
          },
        },
      ),
  );
  const stops = timetable.stops.map((row): Entity => stopEntity(feed, row));
  const items = [...agencies, ...routes, ...stops].map((each) => itemOf(each));
  const open = openItems(
    state.open,
    items.map(({ key }) => key),
    now,
  );
  return {
    rows: timetable.trips.length + timetable.stopTimes.length + items.length,
    items: [...items, ...open.ended.map(({ item }) => item)],
    problems: [],
    refused: 0,
    state: { ...validators, day: today, open: items.map(({ key }) => key) },
    forgets: open.forgets,
    store: (tx) => replaceTimetable(tx, { tenant, feed }, timetable),
  };
}

function stopEntity(feed: string, row: GtfsRow): Entity {
  const parent = row.parent_station;
  return entity(
    gtfsUrn('GtfsStop', feed, row.stop_id ?? ''),
    'GtfsStop',
    {
      name: row.stop_name || row.stop_id,
      code: row.stop_code,
      platformCode: row.platform_code,
      zoneCode: row.zone_id,
      page: row.stop_url,
      wheelChairAccessible: row.wheelchair_boarding,
    },
    {
      location: {
        type: 'GeoProperty',
        value: { type: 'Point', coordinates: [Number(row.stop_lon), Number(row.stop_lat)] },
      },
      ...(parent ? { hasParentStation: { type: 'Relationship', object: gtfsUrn('GtfsStation', feed, parent) } } : {}),
    },
  );
}

/** Existing texts become Properties. */
function entity(id: string, type: string, texts: Readonly<Record<string, string | undefined>>, others: object): Entity {
  const properties = Object.entries(texts)
    .filter(([, value]) => value)
    .map(([name, value]) => [name, { type: 'Property', value }]);
  return { id, type, ...Object.fromEntries(properties), ...others };
}

function itemOf(each: Entity): HarvestedItem {
  return { key: each.id, hash: contentHash([each]), entities: [each] };
}
