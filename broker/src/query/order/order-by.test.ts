import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iri, names, refuses } from '../../../test/query/names.ts';
import { type OrderingParameters, parseOrderBy } from './order-by.ts';

describe('4.23 Ordering', () => {
  test('parses paths, directions and the origin of distances', () => {
    const parameters = {
      orderBy: 'name, address[city];desc,location;dist-asc,createdAt',
      orderFrom: '[8,40]',
      collation: 'DE-u-co-phonebk',
    };
    assert.deepEqual(parseOrderBy(parameters, names), {
      terms: [
        { path: { kind: 'value', names: [iri('name')], members: [] }, direction: 'asc' },
        { path: { kind: 'value', names: [iri('address')], members: ['city'] }, direction: 'desc' },
        { path: { kind: 'value', names: [iri('location')], members: [] }, direction: 'dist-asc' },
        { path: { kind: 'entityMember', member: 'createdAt' }, direction: 'asc' },
      ],
      from: { type: 'Point', coordinates: [8, 40] },
      collation: 'de-u-co-phonebk',
    });
  });
  test('returns undefined without orderBy', () =>
    assert.equal(parseOrderBy({ orderFrom: '[8,40]' }, names), undefined));

  const faults: readonly (readonly [OrderingParameters, RegExp])[] = [
    [{ orderBy: '' }, /^orderBy: got nothing/],
    [{ orderBy: 'name;up' }, /^orderBy: at 5: got "up", expected asc, desc, dist-asc or dist-desc/],
    [{ orderBy: 'name,' }, /^orderBy: at 5: got the end/],
    [{ orderBy: 'name==1' }, /^orderBy: at 4: /],
    [{ orderBy: [] }, /^orderBy: got \[\]/],
    [{ orderBy: [1] }, /^orderBy: got \[1\]/],
    [{ orderBy: 'location;dist-asc' }, /^orderFrom: got nothing/],
    [{ orderBy: 'location;dist-asc', orderFrom: '[8' }, /^orderFrom: /],
    [{ orderBy: 'location;dist-asc', orderFrom: '[8]' }, /^orderFrom: /],
    [{ orderBy: 'location;dist-asc', orderFrom: '[8,40]', orderGeometry: 'Circle' }, /^orderGeometry: got "Circle"/],
    [{ orderBy: 'name', collation: 'not_a_tag!' }, /^collation: got "not_a_tag!"/],
    [{ orderBy: 'name', collation: 'de-u-ca-buddhist' }, /^collation: got the keyword ca/],
    [{ orderBy: 'name', collation: 7 }, /^collation: got 7/],
    [{ orderBy: Array(17).fill('a').join(',') }, /at most 16 paths/],
  ];
  for (const [parameters, message] of faults) {
    refuses(JSON.stringify(parameters), () => parseOrderBy(parameters, names), message);
  }
});
