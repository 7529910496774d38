import type { HttpFrom } from '../http/http-source.ts';
import type { Box } from '../items/box.ts';
import type { SourceMembers } from '../items/source-members.ts';

/** Shared bicycles, scooters and cars: GBFS 2 or 3 (gbfs.org). */
export interface GbfsSource extends SourceMembers {
  readonly kind: 'gbfs';
  /** `url` is that of the discovery file, gbfs.json. */
  readonly from: Omit<HttpFrom, 'method' | 'body' | 'paging'>;
  /** Of GBFS 2, which has files for each language; default `fr`, otherwise the first. */
  readonly language?: string;
  /** West, south, east, north: what is outside is left out. */
  readonly box?: Box;
}
