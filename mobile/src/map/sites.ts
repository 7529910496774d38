import type { Container } from '../containers/container.ts';
import { distanceM } from '../territory/distance.ts';

const SITE_M = 25;

/** Containers often share a position. Returns those of each site, in the order of their ids. */
export function sitesOf(containers: readonly Container[]): Container[][] {
  const sites: Container[][] = [];
  for (const container of [...containers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const site = sites.find(([first]) => first && distanceM(first.position, container.position) < SITE_M);
    if (site) site.push(container);
    else sites.push([container]);
  }
  return sites;
}
