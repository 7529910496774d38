import { matchesTypes } from '../query/type-selection.ts';
import { type Visibility, visibleNames } from './visibility.ts';

/** The properties of a future entity that rights depend on: id, type IRIs, scopes. */
export interface EntityPlan {
  readonly id: string;
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
}

/**
 * Whether these rights cover such an entity.
 *
 * @param attributes IRIs of the attributes that must be covered; absent: all
 */
export function covers(
  visibility: Visibility,
  { id, types, scopes }: EntityPlan,
  attributes?: readonly string[],
): boolean {
  const at = '0001-01-01T00:00:00.000Z'; // rights do not depend on time
  const entity = { id, types, ...(scopes && { scopes }), createdAt: at, modifiedAt: at, attributes: {} };
  const names = visibleNames(visibility, entity);
  return names === 'all' || (names !== undefined && attributes?.every(names) === true);
}

/** Whether these rights cover some entities of the type, whatever their ids, scopes and attributes. @param type an IRI */
export function coversSome(visibility: Visibility, type: string): boolean {
  if (visibility === 'all') return true;
  return visibility.some(({ entities: { selectors = [] } }) => {
    return selectors.length === 0 || selectors.some(({ types }) => types === undefined || matchesTypes(types, [type]));
  });
}
