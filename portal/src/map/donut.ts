import { ENTITY_STATES, type Severity } from '../entities/entity-view.ts';
import type { MapHeap, MapItem, Paint, Share } from '../entities/map-item.ts';
import { paintOf, stateInk } from '../entities/symbol.ts';

/** The ring of a cluster: the count of each colour, and the worst severity. */
export interface Donut {
  readonly total: number;
  readonly segments: readonly { paint: Paint; count: number }[];
  readonly worst: Severity;
  /** The number of entities with the worst severity; 0 without any. */
  readonly worstCount: number;
}

/**
 * The mark of the worst severity: its offset up and to the right as a fraction of the ring's radius, and its radius in
 * pixels.
 */
export const MARK_AT = 0.72;
export const MARK_RADIUS = 9;

const RANK: Record<Severity, number> = { none: 0, warning: 1, alarm: 2 };
const INK_ORDER: readonly Paint[] = [...new Set(ENTITY_STATES.map(stateInk))];

/** For entities at the same place. */
export function donutOf(items: readonly MapItem[]): Donut {
  return donutOfShares(items.map((item) => ({ paint: paintOf(item), severity: item.severity, count: 1, silent: 0 })));
}

export function donutOfHeap({ shares }: MapHeap): Donut {
  return donutOfShares(shares);
}

function donutOfShares(shares: readonly Share[]): Donut {
  const counts = new Map<Paint, number>();
  let total = 0;
  let worst: Severity = 'none';
  let worstCount = 0;
  for (const { paint, severity, count } of shares) {
    total += count;
    counts.set(paint, (counts.get(paint) ?? 0) + count);
    if (severity === 'none') continue;
    if (RANK[severity] > RANK[worst]) {
      worst = severity;
      worstCount = 0;
    }
    if (severity === worst) worstCount += count;
  }
  const place = (paint: Paint): number => (INK_ORDER.indexOf(paint) + INK_ORDER.length + 1) % (INK_ORDER.length + 1);
  const segments = [...counts].map(([paint, count]) => ({ paint, count }));
  return { total, segments: segments.sort((a, b) => place(a.paint) - place(b.paint)), worst, worstCount };
}

/** Clusters with the same key look the same. */
export function donutKey({ segments, worst, worstCount }: Donut): string {
  return `${segments.map(({ paint, count }) => `${paint}${count}`).join()}|${worst}${worstCount}`;
}

/** Outer radius in pixels, growing slowly with the number of entities. */
export function donutRadius(total: number): number {
  return Math.min(30, 14 + Math.log2(total) * 2.1);
}
