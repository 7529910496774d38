import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Form } from '../contract/form.ts';
import { pagesOf } from './figures.ts';

const TEXT = { fr: 'Une page' };
const FIELDS = [{ id: 'some', kind: 'text', label: TEXT }] as const;
const form: Form = {
  sections: [
    { id: 'first', title: TEXT, fields: [...FIELDS] },
    { id: 'some', title: TEXT, when: { field: 'some', is: 'filled' }, fields: [...FIELDS] },
    { id: 'second', title: TEXT, fields: [...FIELDS] },
  ],
};

test('a page is left by who reached it and not the next that everybody sees', () => {
  const reached = new Map([
    ['first', 10],
    ['some', 4],
    ['second', 7],
    ['applicant', 6],
    ['check', 6],
  ]);
  const pages = pagesOf({ form }, (page) => reached.get(page) ?? 0, 5);
  assert.deepEqual(
    pages.map(({ id, reached: came, left }) => [id, came, left]),
    [
      ['first', 10, 3],
      ['some', 4, 0],
      ['second', 7, 1],
      ['applicant', 6, 0],
      ['check', 6, 1],
    ],
  );
});

test('more requests than counted pages, as of other programs, are no page that was left', () => {
  const pages = pagesOf({ form }, () => 0, 3);
  assert.deepEqual(new Set(pages.map(({ left }) => left)), new Set([0]));
});
