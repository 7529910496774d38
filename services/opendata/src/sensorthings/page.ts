import { Problem } from '@alzette/kit/problems';
import { sorted } from './filter/evaluate.ts';
import type { Item } from './items.ts';
import type { Options } from './options.ts';
import type { Narrowed } from './push-down.ts';
import { readerOf } from './read-path.ts';
import type { Collection, Source } from './source.ts';

export interface Page {
  readonly items: readonly Item[];
  readonly count?: number;
  /** What the options of the next page change; absent: this is the last one. */
  readonly next?: { readonly skip?: number; readonly from?: readonly number[] };
}

/** A question for a page. */
export interface Asked {
  readonly collection: Collection;
  readonly narrowed: Narrowed;
  readonly options: Options;
  readonly limit: number;
  readonly fits: (item: Item) => boolean;
}

/** The page of all matching items that the options ask for. */
export function pageOf({ publicUrl }: Source, found: readonly Item[], options: Options, limit: number): Page {
  const { order, skip, count } = options;
  const all = order === undefined ? found : sorted(found, order, (item) => readerOf(item, publicUrl));
  const end = skip + limit;
  return {
    items: all.slice(skip, end),
    ...(count && { count: all.length }),
    ...(end < all.length && limit > 0 && { next: { skip: end } }),
  };
}

export const tooMany = (what: string): Problem =>
  new Problem(
    400,
    'The request is not valid',
    `$filter: at most ${what} can be sorted or counted; narrow it, for example by properties/type of the Thing, Datastream/id or phenomenonTime`,
  );
