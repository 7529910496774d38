import type { NameExpander } from '../model/names.ts';
import { expandAttributeName } from '../model/parse/parse-attribute.ts';
import type { Caller } from './caller.ts';
import type { VisibleRule } from './visibility.ts';

/** What is published of entities of some types: these attributes, beside the id, the types and the scope. */
export interface Published {
  readonly types: readonly string[];
  readonly attributes: readonly string[];
}

/** The caller for what strangers ask of a tenant where this is published. */
export function publicCaller(tenant: string, published: readonly Published[], names: NameExpander): Caller {
  const read = published.map(
    ({ types, attributes }): VisibleRule => ({
      entities: { selectors: [{ types: { kind: 'anyOf', groups: types.map((type) => [names.type(type)]) } }] },
      attributes: new Set(attributes.map((attribute) => expandAttributeName(attribute, 'attributes', names))),
    }),
  );
  return { tenant, read, write: [] };
}
