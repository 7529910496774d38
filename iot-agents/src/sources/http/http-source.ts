import type { FileFormat } from '../csv/gather-file.ts';
import type { ItemMapping } from '../items/item-mapping.ts';
import type { SourceMembers } from '../items/source-members.ts';

export interface HttpSource extends SourceMembers, ItemMapping, FileFormat {
  readonly kind: 'http';
  readonly from: HttpFrom;
}

export interface HttpFrom {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Stored encrypted, never returned. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** Query parameters, treated likewise. */
  readonly secretParameters?: Readonly<Record<string, string>>;
  /** The JSON body of a POST. */
  readonly body?: unknown;
  readonly paging?: Paging;
}

export type Paging =
  /** The URL of the next page is in the `Link` header (rel=next) or at a pointer. */
  | { readonly by: 'next'; readonly pointer?: string; readonly maxPages?: number }
  /**
   * `parameter` counts items (`offset`) or pages (`page`, from `first`); a page with fewer than `size` items is the
   * last.
   */
  | {
      readonly by: 'offset' | 'page';
      readonly parameter: string;
      readonly size: number;
      readonly sizeParameter?: string;
      readonly first?: number;
      readonly maxPages?: number;
    }
  /** The value at `pointer` is sent as `parameter` with the next request, until there is none. */
  | { readonly by: 'cursor'; readonly parameter: string; readonly pointer: string; readonly maxPages?: number };
