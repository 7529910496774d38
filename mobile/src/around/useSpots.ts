import type { AnswerPath } from '@alzette/kit/client';
import type { Items, Summary } from '@alzette/publishing/contract';
import { useTerritory } from '@alzette/web/territory';
import { type ComputedRef, computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { mobility, reports as reportPaths } from '../citizen/paths.ts';
import { useCitizen } from '../citizen/useCitizen.ts';
import { stopPlaces } from '../departures/stop-places.ts';
import { useLanguage } from '../i18n/i18n.ts';
import { isOfWorks } from '../info/map-layer.ts';
import { emergencyPaths, sectionPath } from '../info/section-path.ts';
import { SECTION_OF } from '../info/sections.ts';
import type { Layer, Spot, SpotLayer } from '../map/spots/layers.ts';
import { inLanguage } from '../report/in-language.ts';
import { OPEN_STATUSES } from '../report/open-statuses.ts';

const FARTHEST_STOP_M = 20_000;
const MOST_STOPS = 100;
const MOST_REPORTS = 200;

/** The places of these layers. Each layer is asked for when it is shown, and kept for use without a network. */
export function useSpots(layers: () => readonly Layer[]): ComputedRef<readonly Spot[]> {
  const { locale } = useI18n();
  const language = useLanguage();
  const { territory } = useTerritory();
  const only =
    <A>(layer: SpotLayer, path: () => AnswerPath<A> | undefined) =>
    () =>
      layers().includes(layer) ? path() : undefined;

  const stops = useCitizen(
    only('stops', () => {
      if (territory.value === undefined) return undefined;
      const [west, south, east, north] = territory.value.bbox;
      const centre = { longitude: (west + east) / 2, latitude: (south + north) / 2 };
      return mobility.stops({
        query: { ...centre, radius: FARTHEST_STOP_M, limit: MOST_STOPS, language: language.value },
      });
    }),
  );
  const directory = useCitizen(only('directory', () => sectionPath('directory', language.value)));
  const reports = useCitizen(
    only('reports', () => reportPaths.list({ query: { status: OPEN_STATUSES, limit: MOST_REPORTS } })),
  );
  const events = useCitizen(only('events', () => sectionPath('events', language.value)));
  const news = useCitizen(only('works', () => sectionPath('news', language.value)));
  const alerts = useCitizen(only('works', () => sectionPath('alerts', language.value)));
  const defibrillators = useCitizen(only('defibrillators', () => emergencyPaths(language.value).defibrillators));

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
    events: () => itemSpots('events', events.data.value),
    works: () => [
      ...itemSpots('works', alerts.data.value, ({ expiresAt = '9' }) => expiresAt > new Date().toISOString()),
      ...itemSpots('works', news.data.value, isOfWorks),
    ],
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

function itemSpots(
  layer: SpotLayer,
  items: Items | undefined,
  isShown: (item: Summary) => boolean = () => true,
): readonly Spot[] {
  return (items?.items ?? []).filter(isShown).flatMap(({ id, kind, title, language, location }) =>
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
