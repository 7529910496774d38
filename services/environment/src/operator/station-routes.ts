import { BY_ENTITIES } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { DateTime } from 'luxon';
import { airIndex, POLLUTANTS, type Samples, valueOfDay } from '../air/air-index.ts';
import { shownIndex } from '../air/air-texts.ts';
import type { EnvironmentContract } from '../contract/contract.ts';
import type { EnvironmentParts } from '../parts.ts';

const HOUR = 3_600_000;
const ATTRIBUTES = [
  ...POLLUTANTS,
  'temperature',
  'relativeHumidity',
  'windSpeed',
  'precipitation',
  'LAeq',
  'pollenLevel',
  'escherichiaColi',
  'enterococci',
  'NO3',
  'turbidity',
  'pH',
];
/** A trend compares this many days with as many before. */
const TREND_DAYS = 7;

/**
 * `/environment/stations/<id>`: the history of a station by hour; for air also the index of each day, and the trend.
 */
export function stationHandlers({ clientOf, context, territories }: EnvironmentParts): Handlers<EnvironmentContract> {
  return {
    station: {
      objects: BY_ENTITIES,
      async handle(request) {
        const {
          params: { id },
          query: { days, language },
        } = request;
        const [client, { tenant }] = [clientOf(request), request];
        if ((await client.retrieveEntity(id, { tenant, context, pick: ['id'] })) === undefined)
          throw missing('station', id);
        const today = DateTime.now().setZone(territories.of(tenant).timeZone).startOf('day');
        const reach = Math.max(days, 2 * TREND_DAYS);
        const [past] = await client.queryTemporal({
          id: [id],
          attrs: ATTRIBUTES,
          from: today.minus({ days: reach }).toJSDate(),
          to: new Date(),
          tenant,
          context,
        });
        const samples = Object.entries(past?.attributes ?? {}).map(([name, own]) => [name, own as Samples] as const);
        const from = today.minus({ days }).toMillis();
        return {
          id,
          hours: Object.fromEntries(samples.map(([name, own]) => [name, hourMeans(own, from)])),
          trends: Object.fromEntries(samples.map(([name, own]) => [name, trendOf(own, today)])),
          days: Array.from({ length: days }, (_, i) => today.minus({ days: days - i })).flatMap((day) => {
            const [start, end] = [day.toMillis(), day.plus({ days: 1 }).toMillis()];
            const values = POLLUTANTS.map((pollutant) => {
              const own = samples.find(([name]) => name === pollutant)?.[1] ?? [];
              return [pollutant, valueOfDay(pollutant, own, start, end)] as const;
            });
            const index = airIndex('ATMO', Object.fromEntries(values));
            return index === undefined ? [] : [{ day: day.toISODate() ?? '', ...shownIndex(index, language) }];
          }),
        };
      },
    },
  };
}

/** The mean of the last week, and its change from the week before as a share. */
function trendOf(samples: Samples, today: DateTime) {
  const mean = (from: DateTime, to: DateTime) => {
    const own = samples.filter(([, at]) => at >= from.toMillis() && at < to.toMillis());
    return own.length === 0 ? undefined : own.reduce((sum, [value]) => sum + value, 0) / own.length;
  };
  const middle = today.minus({ days: TREND_DAYS });
  const [before, last] = [mean(middle.minus({ days: TREND_DAYS }), middle), mean(middle, today)];
  return {
    ...(last !== undefined && { mean: Math.round(last * 100) / 100 }),
    ...(last !== undefined &&
      before !== undefined &&
      before > 0 && { change: Math.round((last / before - 1) * 100) / 100 }),
  };
}

function hourMeans(samples: Samples, from: number): [at: string, mean: number][] {
  const hours = new Map<number, { sum: number; count: number }>();
  for (const [value, at] of samples) {
    if (at < from || typeof value !== 'number') continue;
    const hour = Math.floor(at / HOUR) * HOUR;
    const kept = hours.get(hour) ?? { sum: 0, count: 0 };
    hours.set(hour, { sum: kept.sum + value, count: kept.count + 1 });
  }
  return [...hours].map(([at, { sum, count }]) => [new Date(at).toISOString(), Math.round((sum / count) * 100) / 100]);
}
