import { shallowRef } from 'vue';
import type { Position } from '../../territory/distance.ts';

/** What the map can show besides containers. */
export const SPOT_LAYERS = ['stops', 'directory', 'reports', 'events', 'works', 'defibrillators'] as const;
export type SpotLayer = (typeof SPOT_LAYERS)[number];
export const LAYERS = ['containers', ...SPOT_LAYERS] as const;
export type Layer = (typeof LAYERS)[number];

/** A place on the map with a page of its own. */
export interface Spot {
  readonly id: string;
  readonly layer: SpotLayer;
  readonly name: string;
  readonly language?: string | undefined;
  readonly position: Position;
  /** The path of its page. */
  readonly to: string;
}

const KEPT_UNDER = 'alzette.mapLayers';
const isLayer = (name: string): name is Layer => LAYERS.some((layer) => layer === name);
const kept = localStorage.getItem(KEPT_UNDER);
const chosen = shallowRef<readonly Layer[]>(kept === null ? ['containers', 'stops'] : kept.split(' ').filter(isLayer));

/** The layers that the reader chose, kept on this device. */
export function useLayers() {
  return {
    chosen,
    choose(layers: readonly Layer[]): void {
      chosen.value = layers;
      localStorage.setItem(KEPT_UNDER, layers.join(' '));
    },
  };
}
