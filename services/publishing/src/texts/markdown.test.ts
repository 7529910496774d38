import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginningOf, htmlOf } from './markdown.ts';

test('HTML is shown as text, scripts are not links, and images are not shown', () => {
  const html = htmlOf('<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1)) ![y](https://spy.example/1.png)');
  assert.doesNotMatch(html, /<img|<script|href="javascript/);
  assert.match(html, /&lt;img/);
});

test('headings of a text are below the title of the page, and links send no referrer', () => {
  assert.equal(
    htmlOf('# Horaires\n\n[mairie](https://example.org)'),
    '<h2>Horaires</h2>\n<p><a href="https://example.org" rel="noopener noreferrer nofollow">mairie</a></p>\n',
  );
});

test('the beginning of a text has no marks and ends at a word', () => {
  assert.equal(beginningOf('## Travaux\n\nLa **rue Foch** est fermée.', 200), 'Travaux La rue Foch est fermée.');
  assert.equal(beginningOf('La rue Foch est fermée', 12), 'La rue Foch…');
});
