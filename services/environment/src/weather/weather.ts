import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { EnvironmentParts } from '../parts.ts';
import { lastObserved, type Measured, measuredValue, type StationEntity, shownStation } from '../stations/station.ts';

type WeatherEntity = StationEntity & {
  readonly temperature?: Measured;
  readonly relativeHumidity?: Measured;
  readonly windSpeed?: Measured;
  readonly precipitation?: Measured;
};
type NoiseEntity = StationEntity & { readonly LAeq?: Measured };

/** Weather stations: °C, humidity from 0 to 1, wind in m/s, rain in mm during the last hour. */
export async function readWeather({ client, context }: EnvironmentParts, tenant: string, now: Date = new Date()) {
  const query = {
    type: 'WeatherObserved',
    tenant,
    context,
    format: 'concise',
  } as const;
  const entities = await Array.fromAsync(queryAll<WeatherEntity>(client, query));
  return entities.map((entity) => {
    const { temperature, relativeHumidity, windSpeed, precipitation } = entity;
    return {
      ...shownStation(entity, lastObserved([temperature, relativeHumidity, windSpeed, precipitation]), now),
      temperature: measuredValue(temperature),
      humidity: measuredValue(relativeHumidity),
      wind: measuredValue(windSpeed),
      precipitation: measuredValue(precipitation),
    };
  });
}

/**
 * Noise levels in dB(A): the WHO guideline for road noise by day (2018), and the French limit for a noise black spot.
 */
export const NOISE_LIMITS = { guideline: 53, limit: 68 };

/** Sonometers: LAeq in dB(A) of the last period. */
export async function readNoise({ client, context }: EnvironmentParts, tenant: string, now: Date = new Date()) {
  const query = {
    type: 'NoiseLevelObserved',
    tenant,
    context,
    format: 'concise',
  } as const;
  const entities = await Array.fromAsync(queryAll<NoiseEntity>(client, query));
  return entities.map((entity) => {
    const laeq = measuredValue(entity.LAeq);
    return {
      ...shownStation(entity, lastObserved([entity.LAeq]), now),
      laeq,
      ...(laeq !== undefined && { level: laeq < NOISE_LIMITS.guideline ? 1 : laeq < NOISE_LIMITS.limit ? 2 : 3 }),
    };
  });
}
