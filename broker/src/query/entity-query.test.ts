import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iri, names, refuses } from '../../test/query/names.ts';
import { checkLinkDepth, checkNotTooWide } from './entity-query.ts';
import { parseGeoQuery } from './geo/geo-query.ts';
import { parsePattern } from './pattern.ts';
import { type Projection, parseProjection } from './projection/projection.ts';
import { parseQ } from './q/q-parser.ts';
import { parseScopeQuery } from './scope/scope-query.ts';
import { parseTypeSelection } from './type-selection.ts';

describe('5.7.2.4 Queries that are too wide', () => {
  const q = (text: string) => parseQ(text, names);
  const narrow: readonly Parameters<typeof checkNotTooWide>[0][] = [
    { selectors: [{ types: parseTypeSelection('A', names) }] },
    { selectors: [{ types: parseTypeSelection('*', names) }] },
    { attrs: [iri('name')] },
    { q: q('createdAt>2020-01-01T00:00:00Z;speed>1') },
    { geoQ: parseGeoQuery({ georel: 'within', geometry: 'Point', coordinates: '[8,40]' }, names) as never },
    { local: true },
  ];
  for (const query of narrow) test(`allows ${JSON.stringify(query)}`, () => checkNotTooWide(query));

  const wide: readonly Parameters<typeof checkNotTooWide>[0][] = [
    {},
    { selectors: [{ ids: ['urn:a:1'] }] },
    { selectors: [{ idPattern: parsePattern('a', 'idPattern') }] },
    { selectors: [{ types: parseTypeSelection('A', names) }, { ids: ['urn:a:1'] }] },
    { scopeQ: parseScopeQuery('/#') },
    { q: q('createdAt>2020-01-01T00:00:00Z') },
  ];
  for (const query of wide) refuses(JSON.stringify(query), () => checkNotTooWide(query), /^The query is too wide/);

  test('follow links only as far as joinLevel', () => {
    const pick = parseProjection({ pick: 'a{b{c}}' }, names) as Projection;
    checkLinkDepth({ q: q('a{b}'), projection: pick, join: 'flat', joinLevel: 2 });
    assert.throws(() => checkLinkDepth({ q: q('a{b}'), joinLevel: 1 }), { message: /^q: got braces 1 deep/ });
    assert.throws(() => checkLinkDepth({ projection: pick, join: 'inline', joinLevel: 1 }), {
      message: /^pick: got braces 2 deep, expected at most 1/,
    });
  });
});
