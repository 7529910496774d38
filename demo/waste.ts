import type { DemoContext, PartsOf, TerritoryInfo, TerritoryShapes } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { waste } from '@alzette/waste';
import type { Kind } from '../services/waste/src/collections/collection-texts.ts';
import { isForecast } from '../services/waste/src/forecast/forecast-jobs.ts';
import type { WasteParts } from '../services/waste/src/parts.ts';
import { lookAgain } from './look-again.ts';

const BATCH = 200;

/** Weekday and frequency of each kind, for two alternating sectors; the second is two days later. */
const ROUNDS: readonly { readonly kind: Kind; readonly day: number; readonly frequency: string }[] = [
  { kind: 'residual', day: 0, frequency: 'P1W' },
  { kind: 'packaging', day: 2, frequency: 'P2W' },
  { kind: 'organic', day: 3, frequency: 'P1W' },
  { kind: 'paper', day: 4, frequency: 'P4W' },
];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];
/** The Monday from which alternate weeks are counted. */
const FIRST_WEEK = '2026-01-05';

/** Begins when the containers' history exists. */
const LOOKS = { afterMs: 45_000, everyMs: 15_000, most: 60 };

/**
 * Creates the collection calendar of the demo, unless there is one, and makes the containers' forecast when their
 * history exists.
 */
export async function putWaste(
  { forecasting, ...parts }: PartsOf<typeof waste>,
  { logger }: DemoContext,
): Promise<() => Promise<void>> {
  await putSchedules(parts);
  const look = async () => {
    if (await isForecast(parts)) return true;
    await forecasting.enqueue({});
    return false;
  };
  return lookAgain(look, { ...LOOKS, logger });
}

async function putSchedules({ client, context, territories }: WasteParts): Promise<void> {
  const { count = 0 } = await client.queryEntities({
    type: 'WasteCollectionSchedule',
    limit: 1,
    count: true,
    context,
  });
  if (count > 0) return;
  const entities = schedules(territories.of('').communes, await territories.shapes(''));
  for (let i = 0; i < entities.length; i += BATCH) {
    const { errors } = await client.batchUpsert(entities.slice(i, i + BATCH), { update: true, context });
    const [first] = errors;
    if (first) throw new Error(`the demo's entity ${first.entityId} was refused: ${first.error.detail}`);
  }
}

function schedules(communes: TerritoryInfo['communes'], { boundaries }: TerritoryShapes): Entity[] {
  return communes.flatMap(({ slug, name, scope, center }, at) => {
    const boundary = boundaries.get(slug);
    if (boundary === undefined) return [];
    const [west, south, east, north] = boxOf(boundary.coordinates.flat(boundary.type === 'Polygon' ? 1 : 2));
    const [middle] = center;
    const halves = [
      { part: 'Ouest', area: box(west, south, middle, north) },
      { part: 'Est', area: box(middle, south, east, north) },
    ];
    return halves.flatMap(({ part, area }, half) =>
      ROUNDS.map(({ kind, day, frequency }): Entity => {
        const weekday = (day + at + half * 2) % WEEKDAYS.length;
        return {
          id: `urn:ngsi-ld:WasteCollectionSchedule:${slug}-${part.toLowerCase()}-${kind}`,
          type: 'WasteCollectionSchedule',
          scope,
          areaServed: { type: 'Property', value: `${name} ${part}` },
          storedWasteKind: { type: 'Property', value: kind },
          schedule: {
            type: 'Property',
            value: [{ byDay: [WEEKDAYS[weekday]], repeatFrequency: frequency, startDate: FIRST_WEEK }],
          },
          presentationTime: { type: 'Property', value: '19:00' },
          serviceArea: { type: 'GeoProperty', value: area },
        };
      }),
    );
  });
}

function boxOf(points: readonly unknown[]): [number, number, number, number] {
  const places = points as readonly (readonly [number, number])[]; // the points of a boundary
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function box(west: number, south: number, east: number, north: number) {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}
