import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { documentOf } from '../../model/document.ts';
import type { Entity } from '../../model/entity.ts';
import { EntityCache } from './entity-cache.ts';

const AT = '2026-11-26T10:00:00.000Z';

function put(cache: EntityCache, n: number, version = n): void {
  const entity: Entity = { id: `urn:${n}`, types: ['T'], createdAt: AT, modifiedAt: AT, attributes: {} };
  cache.set(`${n}`, documentOf(entity), version);
}

const held = (cache: EntityCache, count: number) =>
  Array.from({ length: count }, (_, n) => cache.get(`${n}`)).filter((entity) => entity !== undefined).length;

describe('Entity cache', () => {
  test('returns the last written version until the entity is deleted', () => {
    const cache = new EntityCache(10, 1e6);
    for (let n = 0; n < 3; n++) put(cache, n);
    put(cache, 1, 7);
    put(cache, 1, 8);
    assert.equal(cache.get('1')?.version, 8);
    assert.equal(cache.get('1')?.entity.id, 'urn:1');
    for (const n of [0, 0, 2]) cache.delete(`${n}`);
    assert.deepEqual(
      [0, 1, 2].map((n) => cache.get(`${n}`)?.version),
      [undefined, 8, undefined],
    );
    put(cache, 0);
    assert.equal(held(cache, 3), 2);
  });

  test('is limited by count and by bytes', () => {
    const few = new EntityCache(10, 1e6);
    const small = new EntityCache(1000, 1000);
    for (let n = 0; n < 500; n++) for (const cache of [few, small]) put(cache, n);
    assert.equal(held(few, 500), 10);
    assert.ok(held(small, 500) >= 2 && held(small, 500) <= 3, `${held(small, 500)} of about 400 bytes each`);
  });

  test('keeps many of the entities that are written in rotation, even if they exceed its capacity', () => {
    const cache = new EntityCache(800, 1e6);
    let found = 0;
    for (let n = 0; n < 10_000; n++) {
      if (cache.get(`${n % 1000}`) !== undefined) found++;
      put(cache, n % 1000);
    }
    assert.ok(found > 5000, `${found} of 10,000`);
  });
});
