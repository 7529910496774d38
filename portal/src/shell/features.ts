import { type App, type InjectionKey, inject } from 'vue';
import type { Feature } from './feature.ts';

const KEY: InjectionKey<readonly Feature[]> = Symbol('features');

export function createFeatures(features: readonly Feature[]) {
  return { install: (app: App) => void app.provide(KEY, features) };
}

/** All features of this portal. */
export function useFeatures(): readonly Feature[] {
  return inject(KEY, []);
}
