import { localDaysOf } from '@alzette/kit/calendar';
import { type Geometry, queryAll } from '@alzette/ngsi-ld-schemas';
import { distanceM } from '@alzette/ngsi-ld-schemas/geo';
import { degreeDays } from '../analysis/degree-days.ts';
import type { EnergyParts } from '../parts.ts';

interface Station {
  readonly id: string;
  readonly location?: Geometry;
}

const DAY = 86_400_000;
/** A station with this share of the days is complete enough. */
const COMPLETE = 0.9;
/** The nearest are tried. */
const MOST_STATIONS = 10;

/**
 * Degree days of the nearest weather station to the middle of the territory that has measured nearly all days;
 * otherwise of the one among the nearest that has measured the most.
 */
export async function readDegreeDays(
  parts: EnergyParts,
  tenant: string,
  now: number,
  days: number,
): Promise<ReadonlyMap<number, number>> {
  const { timeZone } = parts.territories.of(tenant);
  let best: ReadonlyMap<number, number> = new Map();
  for (const { id } of await nearestStations(parts, tenant)) {
    const [past] = await parts.client.queryTemporal({
      id: [id],
      attrs: ['temperature'],
      from: new Date(now - days * DAY),
      to: new Date(now),
      tenant,
      context: parts.context,
    });
    const samples = (past?.attributes.temperature ?? []) as [number, number][]; // numbers, as the data model requires
    const own = degreeDays(samples, localDaysOf(timeZone));
    if (own.size > best.size) best = own;
    if (own.size >= days * COMPLETE) return own;
  }
  return best;
}

async function nearestStations(
  { client, context, territories }: EnergyParts,
  tenant: string,
): Promise<readonly Station[]> {
  const [west, south, east, north] = territories.of(tenant).bbox;
  const middle = [(west + east) / 2, (south + north) / 2] as const;
  const query = {
    type: 'WeatherObserved',
    pick: ['id', 'type', 'location'],
    format: 'concise' as const,
    tenant,
    context,
  };
  const stations = await Array.fromAsync(queryAll<Station>(client, query));
  const metres = ({ location }: Station) =>
    location?.type === 'Point'
      ? distanceM(location.coordinates as [number, number], [...middle])
      : Number.POSITIVE_INFINITY;
  return stations
    .map((station) => ({ station, far: metres(station) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, MOST_STATIONS)
    .map(({ station }) => station);
}
