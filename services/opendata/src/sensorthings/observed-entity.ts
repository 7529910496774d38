import type { Entity, Geometry } from '@alzette/ngsi-ld-schemas';

/** An attribute whose values are observed: a Property with a time of observation. */
export interface Stream {
  readonly attribute: string;
  /** The latest value, and its time in milliseconds since 1970. */
  readonly value: unknown;
  readonly at: number;
  readonly unitCode?: string;
  /** The device that provides it, if the attribute names one. */
  readonly sensor?: string;
}

/** An entity as SensorThings sees it. It contains only what the sender of the request may read. */
export interface ObservedEntity {
  readonly id: string;
  readonly types: readonly string[];
  readonly name: string;
  readonly description: string;
  /** What is not observed, in simplified form. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly location?: Geometry;
  readonly streams: readonly Stream[];
}

interface Attribute {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly vocab?: unknown;
  readonly observedAt?: unknown;
  readonly datasetId?: unknown;
  readonly unitCode?: unknown;
  readonly providedBy?: { readonly object?: unknown };
  readonly [member: string]: unknown;
}

const MEMBERS: ReadonlySet<string> = new Set(['id', 'type', '@context', 'name', 'description', 'location']);
const VALUES = ['value', 'object', 'languageMap', 'vocab', 'json', 'valueList', 'objectList'];

/** @param entity in normalized form */
export function observedEntity(entity: Entity): ObservedEntity {
  const types = [entity.type].flat();
  const properties: Record<string, unknown> = { type: entity.type };
  const streams: Stream[] = [];
  for (const [name, given] of Object.entries(entity)) {
    if (MEMBERS.has(name)) continue;
    if (name === 'scope') properties.scope = given;
    const attribute = defaultInstance(given);
    if (attribute === undefined) continue;
    const stream = streamOf(name, attribute);
    if (stream) streams.push(stream);
    else properties[name] = contentOf(attribute);
  }
  const location = contentOf(defaultInstance(entity.location));
  const name = textOf(contentOf(defaultInstance(entity.name))) ?? entity.id;
  return {
    id: entity.id,
    types,
    name,
    description: textOf(contentOf(defaultInstance(entity.description))) ?? types.join(', '),
    properties,
    ...(location !== undefined && { location: location as Geometry }),
    // In an order that is the same for every request.
    streams: streams.sort((one, other) => (one.attribute < other.attribute ? -1 : 1)),
  };
}

/** Of attributes with datasets SensorThings shows the default instance, as the history does. */
function defaultInstance(given: unknown): Attribute | undefined {
  const instances = [given].flat() as (Attribute | string | undefined)[];
  const found = instances.find((each) => typeof each === 'object' && each !== null && each.datasetId === undefined);
  return found as Attribute | undefined;
}

function contentOf(attribute: Attribute | undefined): unknown {
  const member = attribute && VALUES.find((each) => attribute[each] !== undefined);
  return member && attribute[member];
}

/** A text, or the first one of a LanguageProperty. */
function textOf(content: unknown): string | undefined {
  const text = typeof content === 'object' && content !== null ? Object.values(content).flat()[0] : content;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function streamOf(attribute: string, given: Attribute): Stream | undefined {
  const { type, observedAt, unitCode, providedBy } = given;
  if ((type !== 'Property' && type !== 'VocabProperty') || typeof observedAt !== 'string') return;
  const sensor = [providedBy?.object].flat()[0];
  return {
    attribute,
    value: type === 'Property' ? given.value : given.vocab,
    at: Date.parse(observedAt),
    ...(typeof unitCode === 'string' && { unitCode }),
    ...(typeof sensor === 'string' && { sensor }),
  };
}
