import { namedCache } from '@alzette/kit/caches';
import { badMember } from '../../model/values.ts';

/** The six operations to discover types and attributes. */
const TYPE_RETRIEVALS = [
  'retrieveEntityTypes',
  'retrieveEntityTypeDetails',
  'retrieveEntityTypeInfo',
  'retrieveAttrTypes',
  'retrieveAttrTypeDetails',
  'retrieveAttrTypeInfo',
] as const;

const SUBSCRIPTION_OPERATIONS = [
  'createSubscription',
  'updateSubscription',
  'retrieveSubscription',
  'querySubscription',
  'deleteSubscription',
] as const;

const ENTITY_MAP_OPERATIONS = [
  'retrieveEntityMap',
  'updateEntityMap',
  'deleteEntityMap',
  'createEntityMapQueryEntity',
] as const;

/** Every operation a context source may be registered for (4.20). */
const OPERATION_NAMES = [
  'createEntity',
  'updateEntity',
  'appendAttrs',
  'updateAttrs',
  'deleteAttrs',
  'deleteEntity',
  'createBatch',
  'upsertBatch',
  'updateBatch',
  'deleteBatch',
  'mergeEntity',
  'replaceEntity',
  'replaceAttrs',
  'mergeBatch',
  'purgeEntity',
  'upsertTemporal',
  'appendAttrsTemporal',
  'deleteAttrsTemporal',
  'updateAttrInstanceTemporal',
  'deleteAttrInstanceTemporal',
  'deleteTemporal',
  'retrieveEntity',
  'queryEntity',
  'queryBatch',
  'retrieveTemporal',
  'queryTemporal',
  ...TYPE_RETRIEVALS,
  ...SUBSCRIPTION_OPERATIONS,
  ...ENTITY_MAP_OPERATIONS,
  'createEntityMapQueryTemporal',
  'retrieveContextSourceIdentity',
] as const;

export type OperationName = (typeof OPERATION_NAMES)[number];

const RETRIEVE_OPS = ['retrieveEntity', 'queryEntity'] as const;
const UPDATE_OPS = ['updateEntity', 'updateAttrs', 'replaceEntity', 'replaceAttrs'] as const;
const ASSOCIATION_OPS = [
  ...RETRIEVE_OPS,
  'queryBatch',
  ...TYPE_RETRIEVALS,
  ...SUBSCRIPTION_OPERATIONS,
  'retrieveContextSourceIdentity',
] as const;

const GROUPS: { readonly [group: string]: readonly OperationName[] } = {
  federationOps: [...ASSOCIATION_OPS, ...ENTITY_MAP_OPERATIONS],
  associationOps: ASSOCIATION_OPS,
  retrieveOps: RETRIEVE_OPS,
  updateOps: UPDATE_OPS,
  redirectionOps: [
    'createEntity',
    'appendAttrs',
    'deleteAttrs',
    'deleteEntity',
    'mergeEntity',
    'purgeEntity',
    ...UPDATE_OPS,
    ...RETRIEVE_OPS,
    ...TYPE_RETRIEVALS,
    ...ENTITY_MAP_OPERATIONS,
    'retrieveContextSourceIdentity',
  ],
};

const NAMES: ReadonlySet<string> = new Set(OPERATION_NAMES);

/** The operations of an auxiliary source (4.3.6.2). */
const AUXILIARY: ReadonlySet<string> = new Set(['retrieveOps', ...RETRIEVE_OPS]);

/**
 * Checks the names of operations and operation groups (4.20).
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkOperations(names: readonly string[], mode: string): void {
  for (const name of names) {
    if (!NAMES.has(name) && !Object.hasOwn(GROUPS, name)) {
      throw badMember('operations', name, `operations, or ${Object.keys(GROUPS).join(', ')}`);
    }
    if (mode === 'auxiliary' && !AUXILIARY.has(name)) {
      throw badMember('operations', name, `${[...AUXILIARY].join(', ')}, as the mode is auxiliary`);
    }
  }
}

// Most registrations use the operations of a group, so the sets are shared.
const expanded = namedCache<ReadonlySet<OperationName>>('operation_sets', 2 * 1024 * 1024, 'broker');
/** Of a name in a set. */
const NAME_BYTES = 40;

/** Expands names of operations and groups. Default: `federationOps`, or `retrieveOps` for auxiliary sources. */
export function expandOperations(names: readonly string[] | undefined, mode: string): ReadonlySet<OperationName> {
  const given = names ?? [mode === 'auxiliary' ? 'retrieveOps' : 'federationOps'];
  const key = given.join();
  let operations = expanded.get(key);
  if (operations === undefined) {
    operations = new Set(given.flatMap((name) => GROUPS[name] ?? [name as OperationName])); // validated when stored
    expanded.set(key, operations, NAME_BYTES * operations.size);
  }
  return operations;
}
