import type { Entity } from '@alzette/ngsi-ld-schemas';
import { isObject, readAttribute } from './attribute.ts';

/** The display name of an entity: its name, in the territory's language if it has several, or the end of its id. */
export function entityName(document: Entity): string {
  const { value } = readAttribute(document.name);
  return text(value) ?? inTheTerritorysLanguage(value) ?? shortId(document.id);
}

/** The last part of a URN, for entities that have no name. */
export function shortId(id: string): string {
  return id.slice(id.lastIndexOf(':') + 1);
}

/** `Rue Carnot, Villerupt`; empty without an address. */
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

/** Names are in the territory's language, whatever the language of the page. */
function inTheTerritorysLanguage(languageMap: unknown): string | undefined {
  if (!isObject(languageMap)) return undefined;
  return text(languageMap.fr) ?? Object.values(languageMap).map(text).find(Boolean);
}
