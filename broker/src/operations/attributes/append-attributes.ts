import { appendAttributes as append } from '../../entities/append-attributes.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { attributesPath, documentWrite, type Left, partOf } from '../../federation/write/entity-writes.ts';
import type { UpdateResult } from '../../model/change-entity.ts';
import type { EntityFragment } from '../../model/fragment.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';
import { documentOf } from './attributes-document.ts';

/** The parsed attributes to append. */
export interface Append {
  readonly fragment: EntityFragment;
  readonly document: JsonObject;
  /** Whether existing attributes are replaced. */
  readonly overwrite: boolean;
  /** The URL parameter, which is forwarded to sources. */
  readonly options?: string | undefined;
}

/** Append Attributes (5.6.3). @throws NgsiLdError ResourceNotFound */
export function appendAttributes(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  { fragment, document, overwrite, options }: Append,
  selection?: TypeSelection,
): Promise<WriteOutcome<UpdateResult>> {
  const { caller, context } = request;
  const local = (left: Left) => parts.lane.write(caller, id, append(id, partOf(fragment, left), overwrite, selection));
  return writeEverywhere(parts, request, 'appendAttrs', local, () =>
    documentWrite({
      operation: 'appendAttrs',
      method: 'POST',
      path: attributesPath(id),
      id,
      types: fragment.types,
      document: documentOf(document, id),
      context,
      query: { options },
      selection,
      local,
    }),
  );
}
