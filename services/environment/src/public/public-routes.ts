import { remembered } from '@alzette/kit/caches';
import { LANGUAGES, type Language } from '@alzette/kit/languages';
import { decimal, oneOf, readQuery } from '@alzette/kit/parameters';
import { cacheable, operation } from '@alzette/kit/routes';
import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { FastifyInstance } from 'fastify';
import { shownScales } from '../air/air-texts.ts';
import { readAirStations, shownAirStation } from '../air/stations.ts';
import type { EnvironmentParts } from '../parts.ts';
import { readPollen } from '../pollen/pollen.ts';
import { readWater } from '../water/water.ts';
import { shownSources } from '../water/water-texts.ts';
import { NOISE_LIMITS, readNoise, readWeather } from '../weather/weather.ts';

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const AIR = { ...LANGUAGE, longitude: decimal({ min: -180, max: 180 }), latitude: decimal({ min: -90, max: 90 }) };
/** Stations measure every few minutes. */
const HOLDS_MS = 60_000;

const NOISE_LABELS: readonly { readonly [language in Language]: string }[] = [
  { fr: 'Calme', en: 'Quiet', de: 'Ruhig', lb: 'Roueg' },
  { fr: 'Bruyant', en: 'Noisy', de: 'Laut', lb: 'Haart' },
  { fr: 'Très bruyant', en: 'Very noisy', de: 'Sehr laut', lb: 'Ganz haart' },
];

/** `/citizen/v1/air`, `/weather`, `/noise`, `/water`: public measurements of stations. */
export function publicRoutes(scope: FastifyInstance, parts: EnvironmentParts): void {
  const stationsOf = remembered('air_stations', (tenant) => readAirStations(parts, tenant), { forMs: HOLDS_MS });

  scope.get(
    '/air',
    operation({
      access: 'nothing',
      summary: 'Air quality by the ATMO and the European index, with advice and pollen levels',
      query: AIR,
    }),
    async (request, reply) => {
      const { longitude, latitude, language } = readQuery(request, AIR);
      const shown = (await stationsOf(request.tenant)).map((station) => shownAirStation(station, language));
      const position: LonLat | undefined =
        longitude === undefined || latitude === undefined ? undefined : [longitude, latitude];
      const stations = position === undefined ? shown : byDistance(shown, position);
      const worst = shown
        .flatMap(({ atmo, isFresh }) => (atmo && isFresh ? [atmo] : []))
        .toSorted((a, b) => b.level - a.level)[0];
      const pollen = await readPollen(parts, request.tenant, language);
      const scales = shownScales(language);
      return cacheable(request, reply, { ...(worst && { index: worst }), stations, pollen, scales });
    },
  );

  scope.get(
    '/weather',
    operation({ access: 'nothing', summary: 'Measurements of the weather stations', query: LANGUAGE }),
    async (request, reply) => {
      readQuery(request, LANGUAGE);
      return cacheable(request, reply, { stations: await readWeather(parts, request.tenant) });
    },
  );

  scope.get(
    '/noise',
    operation({ access: 'nothing', summary: 'Measurements of the sound level meters', query: LANGUAGE }),
    async (request, reply) => {
      const { language } = readQuery(request, LANGUAGE);
      const stations = (await readNoise(parts, request.tenant)).map((station) => ({
        ...station,
        ...(station.level !== undefined && { label: NOISE_LABELS[station.level - 1]?.[language] }),
      }));
      return cacheable(request, reply, { stations, limits: NOISE_LIMITS });
    },
  );

  scope.get(
    '/water',
    operation({
      access: 'nothing',
      summary:
        'Bathing places and drinking water: the last analysis, its verdict, advice, and the source of the thresholds',
      query: LANGUAGE,
    }),
    async (request, reply) => {
      const { language } = readQuery(request, LANGUAGE);
      const stations = await readWater(parts, request.tenant, language);
      return cacheable(request, reply, { stations, sources: shownSources(language) });
    },
  );
}

function byDistance<S extends { readonly location?: unknown }>(stations: readonly S[], position: LonLat) {
  return stations
    .map((station) => ({
      ...station,
      ...(station.location !== undefined && { distance: Math.round(distanceM(station.location as LonLat, position)) }),
    }))
    .toSorted((a, b) => (a.distance ?? Number.POSITIVE_INFINITY) - (b.distance ?? Number.POSITIVE_INFINITY));
}
