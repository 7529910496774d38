import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatContextLink, parseContextLink } from './link-header.ts';

const REL = 'rel="http://www.w3.org/ns/json-ld#context"';
const CONTEXT = `<https://x.example/c.jsonld>; ${REL}; type="application/ld+json"`;

const READ: [string, string | string[] | undefined, string | undefined][] = [
  ['no header', undefined, undefined],
  ['an empty header', '', undefined],
  ['the usual form', CONTEXT, 'https://x.example/c.jsonld'],
  ['its own form', formatContextLink('https://x.example/c.jsonld'), 'https://x.example/c.jsonld'],
  ['another order', `<https://x.example/c>; type="application/ld+json"; ${REL}`, 'https://x.example/c'],
  ['no quotes, no type', '<https://x.example/c>;rel=http://www.w3.org/ns/json-ld#context', 'https://x.example/c'],
  ['spaces', ` <https://x.example/c> ; REL = "http://www.w3.org/ns/json-ld#context" ; x `, 'https://x.example/c'],
  [
    'several relation types',
    `<https://x.example/c>; rel="next http://www.w3.org/ns/json-ld#context"`,
    'https://x.example/c',
  ],
  ['a comma and a semicolon in the URL', `<https://x.example/c,d;e>; ${REL}`, 'https://x.example/c,d;e'],
  ['a comma and an escape in a parameter', `<https://x.example/c>; title="a\\", b"; ${REL}`, 'https://x.example/c'],
  ['several links', `</next>; rel="next", ${CONTEXT}, <https://p>; rel=profile`, 'https://x.example/c.jsonld'],
  ['several headers', ['</next>; rel="next"', CONTEXT], 'https://x.example/c.jsonld'],
  ['other relations only', '</next>; rel="next"; type="application/ld+json"', undefined],
  ['a link without a relation', '<https://x.example/c>', undefined],
  ['the first rel of two', `<https://x.example/c>; rel=next; ${REL}`, undefined],
  [
    'a relation that only resembles it',
    '<https://x.example/c>; rel="http://www.w3.org/ns/json-ld#context2"',
    undefined,
  ],
];

for (const [what, header, url] of READ) {
  test(`reads ${what}`, () => assert.equal(parseContextLink(header), url));
}

const UNREADABLE: [string, string, RegExp][] = [
  ['a URL without brackets', `https://x.example/c; ${REL}`, /Link: got "https.* at character 1, expected a target/],
  ['an open bracket', `<https://x.example/c; ${REL}`, /expected a target/],
  ['an open quote', '<https://x.example/c>; rel="next', /got its end .* expected a closing quote/],
  ['rubbish behind the target', `<https://x.example/c> ${REL}`, /expected a semicolon or a comma/],
  [
    'two contexts',
    `${CONTEXT}, <https://y.example/d>; ${REL}`,
    /two @contexts, <https:\/\/x.example\/c.jsonld> and <https:\/\/y/,
  ],
];

for (const [what, header, message] of UNREADABLE) {
  test(`refuses ${what}`, () => {
    assert.throws(() => parseContextLink(header), { name: 'BadRequestData', message });
  });
}

test('reads a hostile header in linear time', () => {
  const started = performance.now();
  assert.equal(parseContextLink(`<a>;${' ;'.repeat(100_000)}${' '.repeat(100_000)}x`), undefined);
  assert.ok(performance.now() - started < 10_000);
});
