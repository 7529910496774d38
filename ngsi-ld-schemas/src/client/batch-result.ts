import type { BatchOperationResult, Entity } from '../entity.ts';
import type { HttpAnswer } from './transport.ts';

/** What a batch of `entities` came to, whichever of its answers the broker gave (6.14 to 6.17). */
export function batchResult(answer: HttpAnswer, entities: readonly Entity[]): BatchOperationResult {
  if (answer.status === 207 && answer.body !== '') {
    const { success = [], errors = [] } = JSON.parse(answer.body) as Partial<BatchOperationResult>;
    return { success, errors };
  }
  // 201 names only those that are new, 204 none: either way all went well.
  return { success: entities.map(({ id }) => id), errors: [] };
}
