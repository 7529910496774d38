import { BY_ENTITIES } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { DateTime } from 'luxon';
import { airIndex, POLLUTANTS, type Samples, valueOfDay } from '../air/air-index.ts';
import { shownIndex } from '../air/air-texts.ts';
import type { EnvironmentContract } from '../contract/contract.ts';
import { dayBeginsAt, energyMean, noiseDays, noiseOf } from '../noise/noise-indices.ts';
import type { EnvironmentParts } from '../parts.ts';

const HOUR = 3_600_000;
const NOISE = 'LAeq';
const ATTRIBUTES = [
  ...POLLUTANTS,
  'temperature',
  'relativeHumidity',
  'windSpeed',
  'precipitation',
  NOISE,
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
        const { timeZone, country } = territories.of(tenant);
        const today = DateTime.now().setZone(timeZone).startOf('day');
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
        const levels = samples.find(([name]) => name === NOISE)?.[1];
        const noise = levels && noiseDays(levels, today, days, dayBeginsAt(country));
        return {
          id,
          ...(noise && { noise: { ...noiseOf(noise), days: noise } }),
          hours: Object.fromEntries(samples.map(([name, own]) => [name, hourMeans(own, from, meanOf(name))])),
          trends: Object.fromEntries(samples.map(([name, own]) => [name, trendOf(name, own, today)])),
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

type Mean = (values: readonly number[]) => number;

/** Levels in dB have a mean of their energy. */
function meanOf(name: string): Mean {
  return name === NOISE ? energyMean : (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of the last week, and its change from the week before as a share, which has no meaning for levels in dB. */
function trendOf(name: string, samples: Samples, today: DateTime) {
  const mean = (from: DateTime, to: DateTime) => {
    const own = samples.filter(([, at]) => at >= from.toMillis() && at < to.toMillis()).map(([value]) => value);
    return own.length === 0 ? undefined : meanOf(name)(own);
  };
  const middle = today.minus({ days: TREND_DAYS });
  const [before, last] = [mean(middle.minus({ days: TREND_DAYS }), middle), mean(middle, today)];
  return {
    ...(last !== undefined && { mean: Math.round(last * 100) / 100 }),
    ...(last !== undefined &&
      before !== undefined &&
      before > 0 &&
      name !== NOISE && { change: Math.round((last / before - 1) * 100) / 100 }),
  };
}

function hourMeans(samples: Samples, from: number, meanOf: Mean): [at: string, mean: number][] {
  const known = samples.filter(([value, at]) => at >= from && typeof value === 'number');
  const hours = Map.groupBy(known, ([, at]) => Math.floor(at / HOUR) * HOUR);
  return [...hours].map(([at, own]) => {
    return [new Date(at).toISOString(), Math.round(meanOf(own.map(([value]) => value)) * 100) / 100];
  });
}
