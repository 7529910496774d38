import { computed, onScopeDispose } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { formatMapView, type MapView, parseMapView } from './map-view.ts';

const SETTLE_MS = 250;

/** The view of the map, stored in the address. */
export function useMapView() {
  const route = useRoute();
  const router = useRouter();
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));

  const view = computed(() => (typeof route.query.view === 'string' ? parseMapView(route.query.view) : undefined));

  function keep(next: MapView): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      router.replace({ query: { ...route.query, view: formatMapView(next) } });
    }, SETTLE_MS);
  }

  return { view, keep };
}
