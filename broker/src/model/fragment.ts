import type { AttributeInstance, AttributeKind, Sealed } from './entity.ts';

/**
 * An attribute instance in a request, with expanded names, before times are added:
 * - `deleted`: NGSI-LD Null was given for the attribute or its primary member
 * - `type` and `value` are absent only if a fragment may omit them (5.5.8, 5.5.12)
 * - `removed`: non-reified members given as NGSI-LD Null
 */
export interface InstanceFragment {
  type?: AttributeKind;
  value?: unknown;
  datasetId?: string;
  observedAt?: string;
  unitCode?: string;
  valueType?: string;
  objectType?: string | string[];
  expiresAt?: string;
  sealed?: Sealed;
  attributes?: { [name: string]: InstanceFragment[] };
  deleted?: true;
  removed?: readonly PlainMember[];
}

/** Members of an instance that are plain values, not attributes (1.3 of the data model). */
export const PLAIN_MEMBERS = ['observedAt', 'unitCode', 'valueType', 'objectType', 'expiresAt', 'sealed'] as const;

export type PlainMember = (typeof PLAIN_MEMBERS)[number];

/** A request's content about an entity. `null` removes a member. */
export interface EntityFragment {
  readonly id?: string;
  readonly types?: readonly string[];
  readonly scopes?: readonly string[] | null;
  readonly expiresAt?: string | null;
  readonly attributes: { readonly [name: string]: readonly InstanceFragment[] };
}

/**
 * Which NGSI-LD Nulls and omissions a fragment may contain:
 * - `complete` (create, replace, append): none
 * - `update` (Update Attributes): an attribute may be null
 * - `partial` (Partial Attribute Update): members may be omitted or null
 * - `merge` (Merge Entity): the same at any depth
 */
export type FragmentMode = 'complete' | 'update' | 'partial' | 'merge';

/** Converts a complete fragment to an instance. `createdAt` is kept from the instance it replaces. */
export function stampInstance(
  fragment: InstanceFragment,
  at: string,
  replaced: AttributeInstance | undefined,
): AttributeInstance {
  const instance: { -readonly [Member in keyof AttributeInstance]: AttributeInstance[Member] } = {
    type: fragment.type as AttributeKind, // a complete fragment has a type
    value: fragment.value,
    createdAt: replaced?.createdAt ?? at,
    modifiedAt: at,
  };
  if (fragment.datasetId !== undefined) instance.datasetId = fragment.datasetId;
  if (fragment.observedAt !== undefined) instance.observedAt = fragment.observedAt;
  if (fragment.unitCode !== undefined) instance.unitCode = fragment.unitCode;
  if (fragment.valueType !== undefined) instance.valueType = fragment.valueType;
  if (fragment.objectType !== undefined) instance.objectType = fragment.objectType;
  if (fragment.expiresAt !== undefined) instance.expiresAt = fragment.expiresAt;
  if (fragment.sealed !== undefined) instance.sealed = fragment.sealed;
  if (fragment.attributes !== undefined) {
    const stamped = stampAttributes(fragment.attributes, at, replaced?.attributes);
    if (stamped !== undefined) instance.attributes = stamped;
  }
  return instance;
}

/** Converts every instance that is not a Null; undefined if none is left. */
export function stampAttributes(
  fragments: { readonly [name: string]: readonly InstanceFragment[] },
  at: string,
  replaced: AttributeInstance['attributes'],
): AttributeInstance['attributes'] {
  const attributes: Record<string, AttributeInstance[]> = {};
  let any = false;
  for (const name in fragments) {
    const instances: AttributeInstance[] = [];
    for (const fragment of fragments[name] as InstanceFragment[]) {
      if (fragment.deleted) continue;
      instances.push(stampInstance(fragment, at, findInstance(replaced?.[name], fragment.datasetId)));
    }
    if (instances.length === 0) continue;
    attributes[name] = instances;
    any = true;
  }
  return any ? attributes : undefined;
}

/** The instance with a `datasetId`; undefined is the default instance (4.5.5). */
export function findInstance<Instance extends { readonly datasetId?: string }>(
  instances: readonly Instance[] | undefined,
  datasetId: string | undefined,
): Instance | undefined {
  if (instances === undefined) return undefined;
  for (const instance of instances) if (instance.datasetId === datasetId) return instance;
  return undefined;
}
