import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownFile } from './own-file.ts';

for (const [given, expected] of [
  ['http://localhost:1026/files/a1?size=small', '/files/a1?size=small'],
  ['https://territory.example/files/a1', '/files/a1'],
  ['/files/a1', '/files/a1'],
  ['https://pictures.example/lamp.jpg', 'https://pictures.example/lamp.jpg'],
  ['blob:http://localhost/2f', 'blob:http://localhost/2f'],
] as const) {
  test(`the file at ${given} is requested at ${expected}`, () => assert.equal(ownFile(given), expected));
}
