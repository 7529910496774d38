import type { Entity } from '@alzette/ngsi-ld-schemas';
import { type AttributeReading, readAttribute } from './attribute.ts';

export interface NamedReading extends AttributeReading {
  readonly name: string;
}

/** An entity's attributes, in the groups of the panel. */
interface EntityAttributes {
  readonly measures: readonly NamedReading[];
  readonly properties: readonly NamedReading[];
  readonly links: readonly NamedReading[];
}

const NO_ATTRIBUTES = new Set(['id', 'type', 'scope', '@context', 'createdAt', 'modifiedAt', 'deletedAt', 'expiresAt']);
const IN_THE_HEADING = new Set(['name', 'address']);

/**
 * Measures have `observedAt`; links are Relationships. Excluded are attributes in the panel's heading, and empty ones,
 * such as a command that was never given.
 */
export function entityAttributes(document: Entity): EntityAttributes {
  const measures: NamedReading[] = [];
  const properties: NamedReading[] = [];
  const links: NamedReading[] = [];
  for (const [name, raw] of Object.entries(document)) {
    if (NO_ATTRIBUTES.has(name) || IN_THE_HEADING.has(name)) continue;
    const reading = { name, ...readAttribute(raw) };
    if (reading.isRelationship) links.push(reading);
    else if (reading.observedAt !== undefined) measures.push(reading);
    else if (reading.value !== '') properties.push(reading);
  }
  return { measures, properties, links };
}
