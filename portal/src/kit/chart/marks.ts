import type { RouteLocationRaw } from 'vue-router';

/** What happened, as a line across a chart. */
export interface Mark {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: 'alarm' | 'event';
  readonly text: string;
  readonly to?: RouteLocationRaw;
}

/** The signs above the lines. */
export const SIGNS: Readonly<Record<Mark['kind'], string>> = { alarm: '▲', event: '◆' };
