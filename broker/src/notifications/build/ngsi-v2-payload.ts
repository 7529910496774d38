import { NGSI_LD_NULL } from '../../model/values.ts';

type Output = Record<string, unknown>;

/** Names of members that carry a value, by the order in which they are looked for. */
const VALUES = ['value', 'object', 'languageMap', 'vocab', 'json', 'valueList', 'objectList'] as const;
const OF_ENTITY: ReadonlySet<string> = new Set(['id', 'type', 'scope', '@context']);

/**
 * A normalized entity as receivers of NGSIv2 read it: each attribute is `{ type, value, metadata }`, of several instances the
 * default one. Its sub-attributes and other members are the metadata, in the form that Orion-LD gives them.
 */
export function ngsiV2Entity(entity: Output): Output {
  const output: Output = {};
  for (const [name, value] of Object.entries(entity)) {
    output[name] = OF_ENTITY.has(name) || !isAttribute(value) ? value : attributeOf(instanceOf(value));
  }
  return output;
}

function attributeOf(instance: Output): Output {
  const { type, ...members } = instance;
  const carrier = VALUES.find((member) => member in members);
  const metadata = Object.entries(members).filter(([member]) => member !== carrier && member !== 'datasetId');
  const value = carrier === undefined ? null : members[carrier];
  return {
    type: type === 'GeoProperty' ? 'geo:json' : type,
    value: value === NGSI_LD_NULL ? null : value,
    metadata: Object.fromEntries(
      metadata.map(([member, of]) => [member, isAttribute(of) ? attributeOf(instanceOf(of)) : of]),
    ),
  };
}

function isAttribute(value: unknown): value is Output | Output[] {
  const [first] = [value].flat();
  return typeof first === 'object' && first !== null && 'type' in first;
}

function instanceOf(attribute: Output | Output[]): Output {
  if (!Array.isArray(attribute)) return attribute;
  return attribute.find(({ datasetId }) => datasetId === undefined) ?? (attribute[0] as Output); // there is one
}
