import type { AskedInstances } from '../../history/query/query-temporal.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { TemporalRepresentation } from '../../model/temporal/temporal-represent.ts';
import { badMember } from '../../model/values.ts';
import { checkNotTooWide, type EntityQuery } from '../../query/entity-query.ts';
import { linkDepth } from '../../query/q/q-tree.ts';
import type { Aggregation, TemporalQuery } from '../../query/temporal/temporal-query.ts';

/** What is asked of evolutions, names expanded. */
export interface EvolutionQuery {
  readonly temporalQ: TemporalQuery;
  readonly asked: AskedInstances;
  readonly how: TemporalRepresentation;
  readonly aggregation?: Aggregation;
}

/**
 * What 5.7.4.4 asks of a query beside what holds for entities.
 *
 * @throws NgsiLdError BadRequestData: naming the parameter
 */
export function checkTemporalQuery(query: EntityQuery, { temporalQ }: EvolutionQuery): void {
  if (temporalQ.relation === undefined) throw badMember('timerel', undefined, 'before, after or between, with timeAt');
  if (query.q && linkDepth(query.q) > 0) {
    throw new NgsiLdError('BadRequestData', 'q: got braces, expected none, as no links are followed here');
  }
  checkNotTooWide(query);
  isDescending(query);
}

/** Evolutions are ordered by id alone (5.7.4.4). @throws NgsiLdError BadRequestData */
export function isDescending({ ordering }: EntityQuery): boolean {
  if (ordering === undefined) return false;
  const [term, ...others] = ordering.terms;
  const isById = term?.path.kind === 'entityMember' && term.path.member === 'id' && others.length === 0;
  if (!isById) throw new NgsiLdError('BadRequestData', 'orderBy: expected id alone, ascending or descending');
  return term.direction === 'desc';
}

/** Which entities a query selects by their evolution. */
export function selectionOf(query: EntityQuery, { temporalQ, asked }: EvolutionQuery) {
  const { selectors, q, geoQ, scopeQ } = query;
  return {
    temporalQ,
    ...(asked.attributes && asked.attributes.length > 0 && { attributes: asked.attributes }),
    ...(asked.datasetIds && { datasetIds: asked.datasetIds }),
    ...(selectors && { selectors }),
    ...(q && { q }),
    ...(geoQ && { geoQ }),
    ...(scopeQ && { scopeQ }),
  };
}
