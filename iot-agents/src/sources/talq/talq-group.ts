import type { Entity } from '@alzette/ngsi-ld-schemas';
import { objects, text } from '../../frames/json-values.ts';
import { talqEntityId } from './talq-device.ts';

/** A StreetlightGroup for each group with lamps, its own or those of nested groups. `lamps`: addresses. */
export function groupEntities(source: string, given: readonly unknown[], lamps: ReadonlySet<string>): Entity[] {
  const groups = new Map(objects(given).map((group) => [text(group.address) ?? '', objects(group.members)]));
  const lampsOf = (address: string, seen: Set<string>): string[] => {
    if (seen.has(address)) return [];
    seen.add(address);
    return (groups.get(address) ?? []).flatMap((member) => {
      const at = text(member.address) ?? '';
      if (member.resource === 'groups') return lampsOf(at, seen);
      const lamp = at.split('/')[0]?.toLowerCase() ?? '';
      return member.resource === 'devices' && lamps.has(lamp) ? [lamp] : [];
    });
  };
  return [...groups.keys()].flatMap((address) => {
    const members = [...new Set(lampsOf(address, new Set()))];
    // Paths and blanks can't be part of an id.
    if (members.length === 0 || !/^[\w.~-]+$/.test(address)) return [];
    const id = talqEntityId(source, 'StreetlightGroup', address);
    const object = members.map((lamp) => talqEntityId(source, 'Streetlight', lamp));
    return [{ id, type: 'StreetlightGroup', refStreetlight: { type: 'Relationship', object } }];
  });
}
