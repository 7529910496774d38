import type { Entity } from '../../model/entity.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { attributesFor } from '../registrations/narrow-query.ts';
import { isProxied } from '../registrations/registration.ts';

/**
 * Removes the attributes that only these proxied sources have (4.3.6.3) from a party's part of an entity; undefined:
 * the whole entity is proxied.
 */
export function withoutProxied(entity: Entity, proxied: readonly RegistrationMatch[]): Entity | undefined {
  let attributes = entity.attributes;
  for (const match of proxied) {
    const names = attributesFor(match, entity.id, entity.types);
    if (names === undefined) return undefined;
    if (![...names].some((name) => Object.hasOwn(attributes, name))) continue;
    attributes = Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.has(name)));
  }
  return attributes === entity.attributes ? entity : { ...entity, attributes };
}

/** Whether some of the sources hold complete entities, so that local data of these does not count. */
export function holdWholeEntities(matches: readonly RegistrationMatch[]): boolean {
  return matches.some(
    ({ registration, information }) =>
      isProxied(registration) && information.some(({ attributes }) => attributes === undefined),
  );
}
