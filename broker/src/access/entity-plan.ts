import { type Visibility, visibleNames } from './visibility.ts';

/** The properties of a future entity that rights depend on: id, type IRIs, scopes. */
export interface EntityPlan {
  readonly id: string;
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
}

/** Whether these rights cover all attributes of such an entity. */
export function isWhole(visibility: Visibility, { id, types, scopes }: EntityPlan): boolean {
  const at = '0001-01-01T00:00:00.000Z'; // rights do not depend on time
  const entity = { id, types, ...(scopes && { scopes }), createdAt: at, modifiedAt: at, attributes: {} };
  return visibleNames(visibility, entity) === 'all';
}
