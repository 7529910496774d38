import type { Decide } from '../../src/entities/write-lane/write-lane.ts';
import type { Entity } from '../../src/model/entity.ts';
import { NgsiLdError } from '../../src/model/errors.ts';

/* Lamps, and writes of them for a lane. */

const TYPE = 'https://example.org/Lamp';
export const LEVEL = 'https://example.org/level';
const LOCATION = 'https://uri.etsi.org/ngsi-ld/location';

export function lamp(id: string, at: string, level = 0, geometry?: unknown): Entity {
  const stamps = { createdAt: at, modifiedAt: at };
  return {
    id,
    types: [TYPE],
    ...stamps,
    attributes: {
      [LEVEL]: [{ type: 'Property', value: level, ...stamps }],
      ...(geometry === undefined ? {} : { [LOCATION]: [{ type: 'GeoProperty', value: geometry, ...stamps }] }),
    },
  };
}

export function create(id: string, geometry?: unknown): Decide<string> {
  const decide: Decide<string> = (before, at) => {
    if (before !== undefined) throw new NgsiLdError('AlreadyExists', id);
    return { after: lamp(id, at, 0, geometry), result: 'created' };
  };
  return Object.assign(decide, { expectsNewEntity: true });
}

/** Increments by one and returns the new value. */
export const increment: Decide<number> = (before, at) => {
  if (before === undefined) throw new NgsiLdError('ResourceNotFound', 'no lamp to count on');
  const level = levelOf(before) + 1;
  const attributes = { ...before.attributes, ...lamp(before.id, at, level).attributes };
  const counted = { ...before, modifiedAt: at, attributes };
  return { after: counted, result: level };
};

export const remove: Decide<boolean> = (before) => ({ after: undefined, result: before !== undefined });

export function levelOf(entity: Entity | undefined): number {
  return entity?.attributes[LEVEL]?.[0]?.value as number;
}

export const id = (n: number | string) => `urn:ngsi-ld:Lamp:${n}`;
