import { remembered } from '@alzette/kit/caches';
import type { Language } from '@alzette/kit/languages';
import type { Handlers } from '@alzette/kit/serve';
import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { shownScales } from '../air/air-texts.ts';
import { readAirStations, shownAirStation } from '../air/stations.ts';
import type { AirStation, PublicEnvironmentContract } from '../contract/contract.ts';
import type { EnvironmentParts } from '../parts.ts';
import { readPollen } from '../pollen/pollen.ts';
import { readWater } from '../water/water.ts';
import { shownSources } from '../water/water-texts.ts';
import { NOISE_LIMITS, readNoise, readWeather } from '../weather/weather.ts';

/** Stations measure every few minutes. */
const HOLDS_MS = 60_000;

const NOISE_LABELS: readonly { readonly [language in Language]: string }[] = [
  { fr: 'Calme', en: 'Quiet', de: 'Ruhig', lb: 'Roueg' },
  { fr: 'Bruyant', en: 'Noisy', de: 'Laut', lb: 'Haart' },
  { fr: 'Très bruyant', en: 'Very noisy', de: 'Sehr laut', lb: 'Ganz haart' },
];

/** `/citizen/v1/air`, `/weather`, `/noise`, `/water`: public measurements of stations. */
export function publicHandlers(parts: EnvironmentParts): Handlers<PublicEnvironmentContract> {
  const stationsOf = remembered('air_stations', (tenant) => readAirStations(parts, tenant), { forMs: HOLDS_MS });
  return {
    async air({ tenant, query: { longitude, latitude, language } }) {
      const shown = (await stationsOf(tenant)).map((station) => shownAirStation(station, language));
      const stations =
        longitude === undefined || latitude === undefined ? shown : byDistance(shown, [longitude, latitude]);
      const worst = shown
        .flatMap(({ atmo, isFresh }) => (atmo && isFresh ? [atmo] : []))
        .toSorted((a, b) => b.level - a.level)[0];
      const pollen = await readPollen(parts, tenant, language);
      return { ...(worst && { index: worst }), stations, pollen, scales: shownScales(language) };
    },
    weather: async ({ tenant }) => ({ stations: await readWeather(parts, tenant) }),
    async noise({ tenant, query: { language } }) {
      const stations = (await readNoise(parts, tenant)).map((station) => ({
        ...station,
        ...(station.level !== undefined && { label: NOISE_LABELS[station.level - 1]?.[language] }),
      }));
      return { stations, limits: NOISE_LIMITS };
    },
    async water({ tenant, query: { language } }) {
      return { stations: await readWater(parts, tenant, language), sources: shownSources(language) };
    },
  };
}

function byDistance(stations: readonly AirStation[], position: LonLat): AirStation[] {
  return stations
    .map((station) => ({
      ...station,
      ...(station.location !== undefined && { distance: Math.round(distanceM(station.location, position)) }),
    }))
    .toSorted((a, b) => (a.distance ?? Number.POSITIVE_INFINITY) - (b.distance ?? Number.POSITIVE_INFINITY));
}
