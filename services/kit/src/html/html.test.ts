import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escaped, html, trusted, xmlText } from './html.ts';

test('a template escapes values, and neither pieces nor lists of pieces', () => {
  const items = ['a & b', '<i>'].map((each) => html`<li title="${each}">${each}</li>`);
  assert.equal(
    html`<ul>${items}${false}${undefined}${trusted('<br>')}${7}</ul>`.text,
    '<ul><li title="a &amp; b">a &amp; b</li><li title="&lt;i&gt;">&lt;i&gt;</li><br>7</ul>',
  );
});

test('an object of a request that looks like a piece is not one', () => {
  const forged = JSON.parse('{"text":"<script>"}');
  assert.throws(() => html`${forged}`, TypeError);
});

test('escaped text is safe inside attributes with either quotation mark', () => {
  assert.equal(escaped(`"'`), '&quot;&#39;');
});

test('text for XML has none of the characters that XML 1.0 forbids', () => {
  assert.equal(xmlText('a\u0000\u000b\ufffe\ud800 < é😀\n'), 'a &lt; é😀\n');
});
