import type { Entity } from '@alzette/ngsi-ld-schemas';
import { isObject, readAttribute } from './attribute.ts';

/** What people call an entity: its name, of several languages that of the place, else the end of its id. */
export function entityName(document: Entity): string {
  const { value } = readAttribute(document.name);
  return text(value) ?? inTheTerritorysLanguage(value) ?? shortId(document.id);
}

/** The last part of a URN, for entities that have no name. */
export function shortId(id: string): string {
  return id.slice(id.lastIndexOf(':') + 1);
}

/** `Rue Carnot, Villerupt`; empty when it has no address. */
export function entityPlace(document: Entity): string {
  return [streetOf(document), communeOf(document)].filter(Boolean).join(', ');
}

export function streetOf({ address }: Entity): string {
  const { value } = readAttribute(address);
  return (isObject(value) && text(value.streetAddress)) || '';
}

export function communeOf({ address }: Entity): string {
  const { value } = readAttribute(address);
  return (isObject(value) && text(value.addressLocality)) || '';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Names are those of the place, whatever language the page speaks. */
function inTheTerritorysLanguage(languageMap: unknown): string | undefined {
  if (!isObject(languageMap)) return undefined;
  return text(languageMap.fr) ?? Object.values(languageMap).map(text).find(Boolean);
}
