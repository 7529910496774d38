import type { InstanceFilter } from '../../history/query/query-temporal.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { TemporalRepresentation } from '../../model/temporal/temporal-represent.ts';
import { badMember } from '../../model/values.ts';
import { checkNotTooWide, type EntityQuery } from '../../query/entity-query.ts';
import { linkDepth } from '../../query/q/q-tree.ts';
import type { Aggregation, TemporalQuery } from '../../query/temporal/temporal-query.ts';

/** Parameters for reading evolutions, with expanded names. */
export interface EvolutionQuery {
  readonly temporalQ: TemporalQuery;
  readonly asked: InstanceFilter;
  readonly how: TemporalRepresentation;
  readonly aggregation?: Aggregation;
}

/**
 * Additional checks of 5.7.4.4 for temporal queries.
 *
 * @throws NgsiLdError BadRequestData: names the parameter
 */
export function checkTemporalQuery(query: EntityQuery, { temporalQ }: EvolutionQuery): void {
  if (temporalQ.relation === undefined) throw badMember('timerel', undefined, 'before, after or between, with timeAt');
  if (query.q && linkDepth(query.q) > 0) {
    throw new NgsiLdError(
      'BadRequestData',
      'q: got braces, expected none, because temporal queries do not follow links',
    );
  }
  checkNotTooWide(query);
  isDescending(query);
}

/** Evolutions can only be ordered by id (5.7.4.4). @throws NgsiLdError BadRequestData */
export function isDescending({ ordering }: EntityQuery): boolean {
  if (ordering === undefined) return false;
  const [term, ...others] = ordering.terms;
  const isById = term?.path.kind === 'entityMember' && term.path.member === 'id' && others.length === 0;
  if (!isById) throw new NgsiLdError('BadRequestData', 'orderBy: expected only id, ascending or descending');
  return term.direction === 'desc';
}

/** The selection of entities by their evolution. */
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
