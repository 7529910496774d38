import type { EntityState, EntityView, Severity } from '../entities/entity-view.ts';
import { ENTITY_STATES } from '../entities/entity-view.ts';
import type { Ink } from '../theme/palette.ts';
import { stateInk } from './symbol.ts';

/** A cluster's ring: how many of each ink, and what is worst among them. */
export interface Donut {
  readonly total: number;
  readonly segments: readonly { ink: Ink; count: number }[];
  readonly worst: Severity;
  /** How many have the worst severity; 0 when all is well. */
  readonly worstCount: number;
}

/** The mark of the worst: how far up and to the right, as a share of the ring's radius, and its own radius in pixels. */
export const MARK_AT = 0.72;
export const MARK_RADIUS = 9;

const RANK: Record<Severity, number> = { none: 0, warning: 1, alarm: 2 };
const INK_ORDER = [...new Set(ENTITY_STATES.map((state: EntityState) => stateInk(state)))];

export function donutOf(entities: readonly EntityView[]): Donut {
  const counts = new Map<Ink, number>();
  let worst: Severity = 'none';
  let worstCount = 0;
  for (const { state, severity } of entities) {
    const ink = stateInk(state);
    counts.set(ink, (counts.get(ink) ?? 0) + 1);
    if (severity === 'none') continue;
    if (RANK[severity] > RANK[worst]) {
      worst = severity;
      worstCount = 0;
    }
    if (severity === worst) worstCount += 1;
  }
  const segments = INK_ORDER.flatMap((ink) => {
    const count = counts.get(ink);
    return count === undefined ? [] : [{ ink, count }];
  });
  return { total: entities.length, segments, worst, worstCount };
}

/** Two clusters of one key look the same. */
export function donutKey({ segments, worst, worstCount }: Donut): string {
  return `${segments.map(({ ink, count }) => `${ink}${count}`).join()}|${worst}${worstCount}`;
}

/** Outer radius in pixels, growing slowly with the number of entities. */
export function donutRadius(total: number): number {
  return Math.min(30, 14 + Math.log2(total) * 2.1);
}
