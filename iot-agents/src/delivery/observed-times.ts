import { isDeepStrictEqual } from 'node:util';
import type { Entity, EntityQuery, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { isRefusal } from './upsert.ts';

/**
 * When each attribute was last observed, as the broker has it: a value older than that must not take its place.
 * Entities are asked for once and then followed in memory.
 */
export interface ObservedTimes {
  /** Learns of entities it does not know yet. Rejects when the broker can't answer. */
  learn(tenant: string, entities: readonly Entity[]): Promise<void>;
  /** Takes out of the entity what the broker has already, and the late attributes, which it gives; undefined: none. */
  takeLate(tenant: string, entity: Entity): Entity | undefined;
  /** Another process may have written since. */
  forget(): void;
}

const ASKED_AT_ONCE = 200;
const REMEMBERED = 200_000;

export function createObservedTimes(client: NgsiLdClient, context: string): ObservedTimes {
  const known = new Map<string, Map<string, number>>();
  /** Entities as the broker had them, until something newer is sent: by them what was sent already is told. */
  const found = new Map<string, Entity>();
  const ask = async (query: EntityQuery): Promise<Entity[]> => {
    try {
      return (await client.queryEntities(query)).entities;
    } catch (cause) {
      // A tenant that the first upsert will make, for one: then nothing has been observed.
      if (isRefusal(cause)) return [];
      throw cause;
    }
  };

  return {
    forget() {
      known.clear();
      found.clear();
    },
    async learn(tenant, entities) {
      const unknown = new Map<string, string>();
      for (const { id, type } of entities) {
        if (!known.has(key(tenant, id))) unknown.set(id, Array.isArray(type) ? type.join(',') : type);
      }
      if (unknown.size === 0) return;
      if (known.size + unknown.size > REMEMBERED) this.forget();
      const ids = [...unknown.keys()];
      for (let at = 0; at < ids.length; at += ASKED_AT_ONCE) {
        const asked = ids.slice(at, at + ASKED_AT_ONCE);
        const entities = await ask({
          id: asked,
          type: [...new Set(asked.map((id) => unknown.get(id)))].join(','),
          limit: ASKED_AT_ONCE,
          tenant,
          context,
          local: true,
        });
        for (const id of asked) known.set(key(tenant, id), new Map());
        for (const entity of entities) {
          follow(known.get(key(tenant, entity.id)), entity);
          found.set(key(tenant, entity.id), entity);
        }
      }
    },

    takeLate(tenant, entity) {
      const times = known.get(key(tenant, entity.id));
      let late: Entity | undefined;
      let isNewer = false;
      if (times === undefined) return late;
      for (const name of Object.keys(entity)) {
        const observed = observedMs(entity[name]);
        if (observed === undefined) continue;
        const last = times.get(name) ?? Number.NEGATIVE_INFINITY;
        if (observed === last && isDeepStrictEqual(found.get(key(tenant, entity.id))?.[name], entity[name])) {
          delete entity[name];
        } else if (observed < last) {
          late ??= { id: entity.id, type: entity.type };
          late[name] = entity[name];
          delete entity[name];
        } else {
          times.set(name, observed);
          isNewer = true;
        }
      }
      if (isNewer) found.delete(key(tenant, entity.id));
      return late;
    },
  };
}

function key(tenant: string, id: string): string {
  return `${tenant} ${id}`;
}

function follow(times: Map<string, number> | undefined, entity: Entity): void {
  for (const [name, attribute] of Object.entries(entity)) {
    const observed = observedMs(attribute);
    if (observed !== undefined) times?.set(name, observed);
  }
}

function observedMs(attribute: unknown): number | undefined {
  if (typeof attribute !== 'object' || attribute === null || !('observedAt' in attribute)) return undefined;
  const ms = Date.parse(String(attribute.observedAt));
  return Number.isNaN(ms) ? undefined : ms;
}
