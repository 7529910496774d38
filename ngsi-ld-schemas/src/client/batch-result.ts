import type { BatchOperationResult, Entity } from '../entity.ts';
import type { HttpAnswer } from './transport.ts';

/** The result of a batch of `entities`, from any of the possible answers of the broker (6.14 to 6.17). */
export function batchResult(answer: HttpAnswer, entities: readonly Entity[]): BatchOperationResult {
  if (answer.status === 207 && answer.body !== '') {
    const { success = [], errors = [] } = JSON.parse(answer.body) as Partial<BatchOperationResult>;
    return { success, errors };
  }
  // 201 lists only new entities and 204 none; in both cases all succeeded.
  return { success: entities.map(({ id }) => id), errors: [] };
}
