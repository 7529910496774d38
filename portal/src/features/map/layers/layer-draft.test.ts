import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classOf } from '@alzette/ngsi-ld-schemas/map';
import { draftOf, layerFrom } from './layer-draft.ts';

test('numbers become ranges without gaps, whatever the order of their rows', () => {
  const { isNumeric, classes } = draftOf([0, 10, 40]);
  assert.ok(isNumeric);
  assert.deepEqual(
    classes.map(({ value }) => value),
    ['0', '10', '20', '30'],
  );
  const { layer, colours } = layerFrom({ type: 'Bench', title: '', attribute: 'seats', isNumeric }, classes.reverse());
  const keyOf = (seats: number) => classOf(layer, () => seats);
  assert.deepEqual([0, 9.9, 10, 35, 99].map(keyOf), ['≥ 0', '≥ 0', '≥ 10', '≥ 30', '≥ 30']);
  assert.equal(keyOf(-1), 'unknown');
  assert.equal(Object.keys(colours ?? {}).length, 4);
});

test('texts become classes, the most frequent first, each with its own colour', () => {
  const { isNumeric, classes } = draftOf(['open', 'closed', 'open', 'broken', 'open', 'closed']);
  assert.equal(isNumeric, false);
  assert.deepEqual(
    classes.map(({ value }) => value),
    ['open', 'closed', 'broken'],
  );
  assert.equal(new Set(classes.map(({ colour }) => colour)).size, 3);
  const [, , broken] = classes;
  if (broken) broken.severity = 'alarm';
  const { layer } = layerFrom({ type: 'Gate', title: 'Gates', attribute: 'state', isNumeric }, classes);
  assert.equal(
    classOf(layer, () => 'broken'),
    'broken',
  );
  assert.equal(layer.classes.find(({ key }) => key === 'broken')?.severity, 'alarm');
});
