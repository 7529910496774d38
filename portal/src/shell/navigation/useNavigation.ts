import { type App, computed, type InjectionKey, inject } from 'vue';
import { useRoute } from 'vue-router';
import { useAccess } from '../../sign-in/access.ts';
import { useFeatures } from '../features.ts';
import { offeredPlaces, placeOfPath } from './offered.ts';
import type { Navigation } from './place.ts';

const KEY: InjectionKey<Navigation> = Symbol('navigation');

export function createNavigation(navigation: Navigation) {
  return { install: (app: App) => void app.provide(KEY, navigation) };
}

/** The places that the reader is offered, and the one that the current page belongs to. */
export function useNavigation() {
  const navigation = inject(KEY);
  if (!navigation) throw new Error('useNavigation: no navigation is provided');
  const route = useRoute();
  const places = offeredPlaces(navigation, useFeatures(), useAccess());
  // The path of the page, which also has others.
  const current = computed(() => placeOfPath(places, route.meta.page?.path ?? route.path));
  return { places, current };
}
