import { contains } from '@alzette/ngsi-ld-schemas/geo';
import type { Commune, Territory } from '@alzette/web/territory';
import type { Position } from './distance.ts';

/** The commune that contains a place; undefined: it is outside the territory. */
export function communeAt({ communes }: Territory, at: Position): Commune | undefined {
  return communes.find(({ boundary }) => contains(boundary, at));
}
