import { computed, type InjectionKey, inject, provide, type Ref, shallowRef, watchEffect } from 'vue';
import { useTheme } from 'vuetify';
import { store, stored } from '../stored.ts';
import type { Appearance } from './palette.ts';

const STORED_APPEARANCE = 'alzette.appearance';
const KEY: InjectionKey<Ref<Appearance>> = Symbol('appearance');

/** Day or night: chosen before, else as the system has it. Called once, at the root. */
export function provideAppearance(): Ref<Appearance> {
  const wished = stored(STORED_APPEARANCE);
  const system: Appearance = matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'day';
  const appearance = shallowRef<Appearance>(wished === 'day' || wished === 'night' ? wished : system);
  const theme = useTheme();
  watchEffect(() => {
    theme.change(appearance.value);
    document.documentElement.dataset.appearance = appearance.value;
  });
  provide(KEY, appearance);
  return appearance;
}

export function useAppearance() {
  const appearance = inject(KEY);
  if (!appearance) throw new Error('useAppearance: no appearance is provided');
  const isNight = computed(() => appearance.value === 'night');
  const toggle = (): void => {
    appearance.value = isNight.value ? 'day' : 'night';
    store(STORED_APPEARANCE, appearance.value);
  };
  return { appearance, isNight, toggle };
}

/** Whether the visitor asked for less motion. */
export function prefersReducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
