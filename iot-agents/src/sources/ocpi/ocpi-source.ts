import type { HttpFrom } from '../http/http-source.ts';
import type { Box } from '../items/box.ts';
import type { SourceMembers } from '../items/source-members.ts';

/** The charging stations of an operator: the locations of OCPI 2.2.1 (evroaming.org). */
export interface OcpiSource extends SourceMembers {
  readonly kind: 'ocpi';
  /** `url` is that of the locations; `secretHeaders` has `Authorization`, `Token` with the token in base64. */
  readonly from: Omit<HttpFrom, 'method' | 'body' | 'paging'>;
  /** West, south, east, north: what is outside is left out. */
  readonly box?: Box;
}
