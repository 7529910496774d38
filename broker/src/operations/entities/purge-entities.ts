import { type Purged, purgeEntities as purge } from '../../entities/purge-entities.ts';
import type { FilterTexts } from '../../federation/read/read-calls.ts';
import { distributePurge } from '../../federation/write/distributed-purge.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { checkLinkDepth, checkNotTooWide, type EntityFilter, type EntityQuery } from '../../query/entity-query.ts';
import { type OperationRequest, originOf, type WriteParts } from '../operation-request.ts';

/** Which entities to purge, and what of them. */
export interface Purge {
  readonly filter: EntityFilter & Pick<EntityQuery, 'csf'>;
  /** The filter as written by the client. */
  readonly texts: FilterTexts;
  readonly purged: Purged;
}

/** Purge Entities (5.6.21). @throws NgsiLdError BadRequestData: the filter is too wide */
export async function purgeEntities(
  parts: WriteParts,
  request: OperationRequest,
  { filter, texts, purged }: Purge,
): Promise<WriteOutcome<void>> {
  checkNotTooWide(filter);
  checkLinkDepth({ ...filter, joinLevel: 1 });
  const local = () => purge(parts.db, parts.lane, request.caller, filter, purged);
  const origin = originOf(parts, request, ['purgeEntity']);
  if (origin !== undefined) return distributePurge(parts.federation, origin, filter, texts, purged, local);
  await local();
  return { failures: [], anySucceeded: true, written: new Set(), createdElsewhere: false };
}
