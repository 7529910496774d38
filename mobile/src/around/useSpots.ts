import type { Board } from '@alzette/mobility/contract';
import type { Items } from '@alzette/publishing/contract';
import type { PublicReport } from '@alzette/reports/contract';
import { useTerritory } from '@alzette/web/territory';
import { type ComputedRef, computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { useCitizen } from '../citizen/useCitizen.ts';
import { stopPlaces } from '../departures/stop-places.ts';
import { emergencyPaths, sectionPath } from '../info/section-path.ts';
import { SECTION_OF } from '../info/sections.ts';
import type { Layer, Spot, SpotLayer } from '../map/spots/layers.ts';
import { inLanguage } from '../report/in-language.ts';

const FARTHEST_STOP_M = 20_000;
const MOST_STOPS = 100;
const MOST_REPORTS = 200;

/** The places of these layers. Each layer is asked for when it is shown, and kept for use without a network. */
export function useSpots(layers: () => readonly Layer[]): ComputedRef<readonly Spot[]> {
  const { locale } = useI18n();
  const { territory } = useTerritory();
  const only = (layer: SpotLayer, path: () => string | undefined) => () =>
    layers().includes(layer) ? path() : undefined;

  const stops = useCitizen<Pick<Board, 'stops'>>(
    only('stops', () => {
      if (territory.value === undefined) return undefined;
      const [west, south, east, north] = territory.value.bbox;
      const centre = `longitude=${(west + east) / 2}&latitude=${(south + north) / 2}`;
      return `/stops?${centre}&radius=${FARTHEST_STOP_M}&limit=${MOST_STOPS}&language=${locale.value}`;
    }),
  );
  const directory = useCitizen<Items>(only('directory', () => sectionPath('directory', locale.value)));
  const reports = useCitizen<{ reports: readonly PublicReport[] }>(
    only('reports', () => `/reports?status=open,investigating,planned,inProgress&limit=${MOST_REPORTS}`),
  );
  const defibrillators = useCitizen<Items>(only('defibrillators', () => emergencyPaths(locale.value).defibrillators));

  const spotsOf: { readonly [layer in SpotLayer]: () => readonly Spot[] } = {
    stops: () =>
      stopPlaces(stops.data.value?.stops ?? []).flatMap(({ id, name, stops: [{ location }] }) =>
        location === undefined
          ? []
          : [
              {
                id,
                layer: 'stops',
                name,
                position: [location[0], location[1]],
                to: `/departures/${encodeURIComponent(id)}`,
              },
            ],
      ),
    directory: () => itemSpots('directory', directory.data.value),
    defibrillators: () => itemSpots('defibrillators', defibrillators.data.value),
    reports: () =>
      (reports.data.value?.reports ?? []).map(({ id, name, location }) => ({
        id,
        layer: 'reports',
        name: inLanguage(name, locale.value),
        position: [location.lon, location.lat],
        to: `/reports/${encodeURIComponent(id)}`,
      })),
  };
  return computed(() => layers().flatMap((layer) => (layer === 'containers' ? [] : spotsOf[layer]())));
}

function itemSpots(layer: SpotLayer, items: Items | undefined): readonly Spot[] {
  return (items?.items ?? []).flatMap(({ id, kind, title, language, location }) =>
    location === undefined
      ? []
      : [
          {
            id,
            layer,
            name: title,
            language,
            position: location.coordinates,
            to: `/${SECTION_OF[kind]}/${encodeURIComponent(id)}`,
          },
        ],
  );
}
