import { computed, type InjectionKey, inject, onScopeDispose, provide, type Ref, shallowRef, watchEffect } from 'vue';
import { useTheme } from 'vuetify';
import { store, stored } from '../stored.ts';
import type { Appearance } from './palette.ts';

const STORED_APPEARANCE = 'alzette.appearance';
const KEY: InjectionKey<Ref<Appearance>> = Symbol('appearance');

/** Light or dark: the stored choice, or the system's current setting. Called once, at the root. */
export function provideAppearance(): Ref<Appearance> {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const now = (): Appearance => wished() ?? (system.matches ? 'night' : 'day');
  const appearance = shallowRef<Appearance>(now());
  const follow = (): void => {
    appearance.value = now();
  };
  system.addEventListener('change', follow);
  onScopeDispose(() => system.removeEventListener('change', follow));
  const theme = useTheme();
  watchEffect(() => {
    theme.change(appearance.value);
    document.documentElement.dataset.appearance = appearance.value;
  });
  provide(KEY, appearance);
  return appearance;
}

function wished(): Appearance | undefined {
  const value = stored(STORED_APPEARANCE);
  return value === 'day' || value === 'night' ? value : undefined;
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
