import type { Entity } from '@alzette/ngsi-ld-schemas';
import { shallowReactive, watch } from 'vue';
import { useBroker } from '../broker/broker.ts';
import { readAttribute } from './attribute.ts';
import { entityName, entityPlace, shortId } from './entity-name.ts';

/** Entities by id, with their name and address; undefined: requested, or unknown. */
const known = shallowReactive(new Map<string, Entity | undefined>());
const MAX_ASKED = 50;

/** Names and addresses of entities of which a page has only the ids. They are requested together. */
export function useNamedEntities(ids: () => readonly string[]) {
  const broker = useBroker();

  async function ask(wanted: string[]): Promise<void> {
    for (const id of wanted) known.set(id, undefined);
    try {
      const pick = ['id', 'type', 'name', 'description', 'address'];
      const query = { id: wanted, pick, format: 'concise', limit: wanted.length, local: true } as const;
      for (const entity of (await broker.queryEntities(query)).entities) known.set(entity.id, entity);
    } catch {
      for (const id of wanted) known.delete(id); // requested again by the next page
    }
  }

  watch(
    ids,
    (all) => {
      const unknown = [...new Set(all)].filter((id) => !known.has(id));
      for (let from = 0; from < unknown.length; from += MAX_ASKED) void ask(unknown.slice(from, from + MAX_ASKED));
    },
    { immediate: true },
  );

  return {
    /** The name, or what an alarm says; the end of the id until that is known. */
    nameOf(id: string): string {
      const entity = known.get(id);
      if (!entity) return shortId(id);
      const { value } = readAttribute(entity.description);
      return entity.name === undefined && typeof value === 'string' ? value : entityName(entity);
    },
    /** Street and commune; empty without an address. */
    placeOf(id: string): string {
      const entity = known.get(id);
      return entity ? entityPlace(entity) : '';
    },
  };
}
