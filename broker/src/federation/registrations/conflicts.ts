import { NgsiLdError } from '../../model/errors.ts';
import type { EntityFilter, EntitySelector } from '../../query/entity-query.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { RegistrationIndex } from './index/registration-index.ts';
import { isProxied, type Registration, type RegistrationInfo } from './registration.ts';

/** Whether the tenant has a matching entity. */
export type AnyEntity = (tenant: string, filter: EntityFilter) => Promise<boolean>;

/**
 * Data registered as exclusive or redirect must not be stored locally (4.3.6.3, 5.9.2.4).
 *
 * @throws NgsiLdError Conflict
 */
export async function checkNotStored(registration: Registration, anyEntity: AnyEntity): Promise<void> {
  if (!isProxied(registration)) return;
  for (const info of registration.information) {
    const filter = { selectors: entitySelectors(info), ...(info.attributes && { attrs: [...info.attributes] }) };
    if (await anyEntity(registration.tenant, filter)) {
      throw new NgsiLdError(
        'Conflict',
        `${registration.mode} registration ${registration.id}: some of it is stored here, delete it first`,
      );
    }
  }
}

/**
 * It must not overlap with another such registration if one of the two is exclusive.
 *
 * @throws NgsiLdError Conflict
 */
export function checkOverlaps(registration: Registration, index: RegistrationIndex): void {
  for (const info of registration.information) {
    for (const selector of selectorsOf(info)) {
      const other = overlapping(registration, selector, info, index);
      if (other !== undefined) {
        throw new NgsiLdError(
          'Conflict',
          `${registration.mode} registration ${registration.id}: registration ${other.id}, ${other.mode}, covers some of the same data`,
        );
      }
    }
  }
}

function overlapping(
  { tenant, id, mode }: Registration,
  selector: EntitySelector | undefined,
  { attributes }: RegistrationInfo,
  index: RegistrationIndex,
): Registration | undefined {
  const query = { ...(selector && { selectors: [selector] }), ...(attributes && { attributes }) };
  for (const { registration: other } of index.search(tenant, query)) {
    if (other.id === id || !isProxied(other)) continue;
    if (mode === 'exclusive' || other.mode === 'exclusive') return other;
  }
  return undefined;
}

function selectorsOf(info: RegistrationInfo): readonly (EntitySelector | undefined)[] {
  return info.entities === undefined ? [undefined] : entitySelectors(info);
}

/** The registered entities as query selectors. */
function entitySelectors({ entities = [] }: RegistrationInfo): EntitySelector[] {
  return entities.map(({ types, id, idPattern }) => ({
    ...(types && { types: anyOf(types) }),
    ...(id !== undefined && { ids: [id] }),
    ...(idPattern && { idPattern }),
  }));
}

function anyOf(types: readonly string[]): TypeSelection {
  return { kind: 'anyOf', groups: types.map((type) => [type]) };
}
