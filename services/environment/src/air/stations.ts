import type { Language } from '@alzette/kit/languages';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import { DateTime } from 'luxon';
import type { EnvironmentParts } from '../parts.ts';
import { lastObserved, type Measured, measuredValue, type StationEntity, shownStation } from '../stations/station.ts';
import { airIndex, levelOf, POLLUTANTS, type Pollutant, type Samples, valueOfDay, valueOfHour } from './air-index.ts';
import { POLLUTANT_NAMES, shownIndex } from './air-texts.ts';

type AirEntity = StationEntity & { readonly [pollutant in Pollutant]?: Measured };

/** A station with the samples of its day. */
export interface AirStation {
  readonly entity: AirEntity;
  readonly samples: { readonly [pollutant in Pollutant]?: Samples };
  readonly from: number;
  readonly to: number;
}

/** The maximum number of stations with measurements. */
const MOST = 1000;

/** The air quality stations of a tenant, with their measurements since local midnight. */
export async function readAirStations(
  { client, context, territories }: EnvironmentParts,
  tenant: string,
  now: Date = new Date(),
): Promise<AirStation[]> {
  const query = {
    type: 'AirQualityObserved',
    tenant,
    context,
    format: 'concise' as const,
    pick: ['id', 'type', 'scope', 'name', 'location', ...POLLUTANTS],
  };
  const entities = await Array.fromAsync(queryAll<AirEntity>(client, query));
  const midnight = DateTime.fromJSDate(now, { zone: territories.of(tenant).timeZone }).startOf('day');
  // Early in the day, the last hour is partly in the day before.
  const from = Math.min(midnight.toMillis(), now.getTime() - 3_600_000);
  const past = await client.queryTemporal({
    type: 'AirQualityObserved',
    attrs: [...POLLUTANTS],
    from: new Date(from),
    to: now,
    tenant,
    context,
    limit: MOST,
  });
  const byId = new Map(past.map(({ id, attributes }) => [id, attributes]));
  return entities.map((entity) => ({
    entity,
    samples: (byId.get(entity.id) ?? {}) as AirStation['samples'], // numbers, as the data model requires
    from: midnight.toMillis(),
    to: now.getTime(),
  }));
}

/** The public view of a station: its indices and latest measurements. */
export function shownAirStation({ entity, samples, from, to }: AirStation, language: Language) {
  const of = (value: (pollutant: Pollutant, own: Samples) => number | undefined) =>
    Object.fromEntries(POLLUTANTS.map((pollutant) => [pollutant, value(pollutant, samples[pollutant] ?? [])]));
  const atmo = airIndex(
    'ATMO',
    of((pollutant, own) => valueOfDay(pollutant, own, from, to)),
  );
  const european = airIndex(
    'EAQI',
    of((_, own) => valueOfHour(own, to)),
  );
  const observedAt = lastObserved(POLLUTANTS.map((pollutant) => entity[pollutant]));
  return {
    ...shownStation(entity, observedAt, new Date(to)),
    ...(atmo && { atmo: shownIndex(atmo, language) }),
    ...(european && { european: shownIndex(european, language) }),
    pollutants: POLLUTANTS.flatMap((key) => {
      const value = measuredValue(entity[key]);
      if (value === undefined) return [];
      const level = levelOf('EAQI', key, value);
      return [{ key, name: POLLUTANT_NAMES[key][language], value, unit: 'µg/m³', level }];
    }),
  };
}
