import type { CsvFormat } from '../csv/csv-format.ts';
import type { ItemMapping } from '../items/item-mapping.ts';
import type { SourceMembers } from '../items/source-members.ts';

export interface HttpSource extends SourceMembers, ItemMapping {
  readonly kind: 'http';
  readonly from: HttpFrom;
  /** JSON pointer (RFC 6901) to the list; default: the whole answer. Something else than a list is one item. */
  readonly items?: string;
  /** The answer is CSV, not JSON. */
  readonly csv?: CsvFormat;
}

export interface HttpFrom {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Kept encrypted, never told again. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** Of the query, likewise. */
  readonly secretParameters?: Readonly<Record<string, string>>;
  /** JSON that a POST sends. */
  readonly body?: unknown;
  readonly paging?: Paging;
}

export type Paging =
  /** The next page's URL stands in the `Link` header (rel=next) or at a pointer. */
  | { readonly by: 'next'; readonly pointer?: string; readonly maxPages?: number }
  /** `parameter` counts items (`offset`) or pages (`page`, from `first`); a page with fewer than `size` is the last. */
  | {
      readonly by: 'offset' | 'page';
      readonly parameter: string;
      readonly size: number;
      readonly sizeParameter?: string;
      readonly first?: number;
      readonly maxPages?: number;
    }
  /** What stands at `pointer` is sent as `parameter` with the next request, until nothing does. */
  | { readonly by: 'cursor'; readonly parameter: string; readonly pointer: string; readonly maxPages?: number };
