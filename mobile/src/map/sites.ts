import type { Container } from '../containers/container.ts';
import { distanceM } from '../territory/distance.ts';

const SITE_M = 25;

/**
 * Containers often share a position, so their markers would overlap. Returns the horizontal offset of each marker by id, in
 * marker widths (negative: to the left).
 */
export function spreadBySite(containers: readonly Container[]): Map<string, number> {
  const sites: Container[][] = [];
  for (const container of [...containers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const site = sites.find(([first]) => first && distanceM(first.position, container.position) < SITE_M);
    if (site) site.push(container);
    else sites.push([container]);
  }
  const offsets = new Map<string, number>();
  for (const site of sites) {
    site.forEach(({ id }, i) => {
      offsets.set(id, i - (site.length - 1) / 2);
    });
  }
  return offsets;
}
