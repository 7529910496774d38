import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EntityPacker } from '../../src/entities/write-lane/fast/packed-entity.ts';
import { Generator } from '../query/generate.ts';

describe('A packed entity', () => {
  test('is unpacked unchanged, also when others were packed meanwhile', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const generator = new Generator(seed);
    const packer = new EntityPacker();
    const entities = Array.from({ length: 2000 }, (_, n) => generator.entity(n));
    const packed = entities.map((entity) => packer.pack(entity));
    for (const [n, entity] of entities.entries()) {
      assert.deepEqual(packer.unpack(entity.id, packed[n] as string), entity, `seed ${seed}`);
    }
  });

  test('has its attributes and their instances in the same order', () => {
    const generator = new Generator(7);
    const packer = new EntityPacker();
    for (let n = 0; n < 200; n++) {
      const entity = generator.entity(n);
      const { attributes } = packer.unpack(entity.id, packer.pack(entity));
      assert.deepEqual(Object.keys(attributes), Object.keys(entity.attributes));
    }
  });

  test('uses a fraction of its JSON, with common times and units', () => {
    const at = '2026-11-26T10:00:00.000Z';
    const instance = (value: number) => [
      { type: 'Property' as const, value, observedAt: at, unitCode: 'CEL', createdAt: at, modifiedAt: at },
    ];
    const attributes = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`https://example.org/a${n}`, instance(n)]),
    );
    const entity = { id: 'urn:1', types: ['https://example.org/T'], createdAt: at, modifiedAt: at, attributes };
    const packed = new EntityPacker().pack(entity);
    assert.ok(packed.length * 8 < JSON.stringify(entity).length, packed);
  });
});
