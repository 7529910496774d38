import { type Visibility, visibleNames } from './visibility.ts';

/** What an entity would be, as far as rights ask: its id, its types as IRIs, its scopes. */
export interface EntityPlan {
  readonly id: string;
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
}

/** Whether all attributes of such an entity may be seen, or written, by who has these rights. */
export function isWhole(visibility: Visibility, { id, types, scopes }: EntityPlan): boolean {
  const at = '0001-01-01T00:00:00.000Z'; // rights don't ask when it was written
  const entity = { id, types, ...(scopes && { scopes }), createdAt: at, modifiedAt: at, attributes: {} };
  return visibleNames(visibility, entity) === 'all';
}
