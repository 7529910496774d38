import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { HarvestedItem } from './items/harvest.ts';
import type { ItemMapper, ItemPlace } from './items/item-mapper.ts';
import type { ItemProblem } from './items/item-mapping.ts';

/** The result of a source, without any effects. */
export interface SourcePreview {
  readonly rows: number;
  readonly refused: number;
  readonly problems: readonly ItemProblem[];
  /** The first twenty. */
  readonly items: readonly PreviewedItem[];
}

interface PreviewedItem extends ItemPlace {
  /** The variable `data` of expressions. */
  readonly data: unknown;
  readonly key?: string;
  readonly observedAt?: string;
  readonly entities: readonly Entity[];
}

const SHOWN = 20;

/** A mapper that records its results for the first items. */
export function watched(map: ItemMapper): { readonly map: ItemMapper; readonly items: PreviewedItem[] } {
  const items: PreviewedItem[] = [];
  return {
    items,
    map(data, place, fetchedAt) {
      const mapped = map(data, place, fetchedAt);
      if (items.length < SHOWN) {
        const { key, moment, entities = [] } = mapped.item ?? {};
        items.push({
          ...place,
          data,
          ...(key === undefined ? {} : { key }),
          ...(moment === undefined ? {} : { observedAt: moment }),
          entities,
        });
      }
      return mapped;
    },
  };
}

/** For a source without a mapping: its own items. */
export function shownItems(items: readonly HarvestedItem[]): PreviewedItem[] {
  return items.slice(0, SHOWN).map(({ key, entities }) => ({ data: null, key, entities }));
}
