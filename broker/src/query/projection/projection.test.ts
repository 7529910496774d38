import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iri, names, refuses } from '../../../test/query/names.ts';
import {
  linkDepthOfProjection,
  linkedProjection,
  type Projection,
  type ProjectionParameters,
  parseProjection,
  shows,
} from './projection.ts';

describe('4.21 Projection', () => {
  const read = (parameters: ProjectionParameters) => parseProjection(parameters, names) as Projection;

  test('pick keeps only the named members', () => {
    const projection = read({ pick: 'id, name|createdAt' });
    assert.deepEqual(
      ['id', 'type', iri('name'), iri('speed'), 'createdAt'].map((member) => shows(projection, member)),
      [true, false, true, false, true],
    );
  });
  test('omit removes the named members', () => {
    const projection = read({ omit: ['type', 'locatedAt{name}'] });
    assert.deepEqual(
      ['id', 'type', iri('locatedAt'), iri('name')].map((member) => shows(projection, member)),
      [true, false, true, true],
    );
    assert.deepEqual(linkedProjection(projection, iri('locatedAt')), { omit: new Map([[iri('name'), null]]) });
  });
  test('attrs keeps the attributes with id, type and scope', () => {
    const projection = read({ attrs: 'name,speed' });
    assert.deepEqual(projection, { attrs: [iri('name'), iri('speed')] });
    assert.deepEqual(
      ['id', 'type', 'scope', iri('name'), iri('other')].map((member) => shows(projection, member)),
      [true, true, true, true, false],
    );
  });
  test('braces apply to linked entities', () => {
    const projection = read({ pick: 'id,locatedAt{id,name,isIn{id}},owner' });
    assert.equal(linkDepthOfProjection(projection.pick), 2);
    const linked = linkedProjection(projection, iri('locatedAt')) as Projection;
    assert.deepEqual(
      ['id', iri('name'), iri('isIn'), 'type'].map((member) => shows(linked, member)),
      [true, true, true, false],
    );
    assert.equal(linkedProjection(projection, iri('owner')), undefined);
  });
  test('pick and omit may name different members, also of linked entities', () => {
    assert.ok(read({ pick: 'a,b{c}', omit: 'd,b{e}' }));
  });
  test('returns undefined without parameters', () => assert.equal(parseProjection({}, names), undefined));

  const faults: readonly (readonly [ProjectionParameters, RegExp])[] = [
    [{ pick: 'id;name' }, /^pick: at 0: got "id;name"/],
    [{ pick: 'id,locatedAt{name' }, /^pick: at 17: got the end/],
    [{ pick: 'id,locatedAt{{name}' }, /^pick: at 13: got "{name}"/],
    [{ pick: 'id,,name' }, /^pick: at 3: got ",name"/],
    [{ pick: 'id,locatedAt{,name}' }, /^pick: at 13: /],
    [{ pick: 'id,locatedAt{}' }, /^pick: at 13: got "}"/],
    [{ omit: 'name||x' }, /^omit: at 5: /],
    [{ omit: '' }, /^omit: got nothing/],
    [{ pick: 'id{name}' }, /^pick: at 2: .* can not link/],
    [{ pick: [] }, /^pick: got \[\], expected at least one name/],
    [{ pick: [1] }, /^pick: got \[1\]/],
    [{ pick: 'a{'.repeat(5000) }, /at most 32 deep/],
    [{ pick: 'name', attrs: 'name' }, /^attrs and pick can't be given together/],
    [{ omit: 'name', attrs: 'name' }, /^attrs and omit can't be given together/],
    [{ pick: 'name,x', omit: 'x' }, /^pick and omit: got https:\/\/example\.org\/x in both/],
    [{ pick: 'b{c}', omit: 'b{c}' }, /^pick and omit: got https:\/\/example\.org\/c in both/],
    [{ attrs: 'id' }, /^attrs: got "id", expected an attribute name/],
    [{ attrs: 'scope' }, /^attrs: /],
    [{ attrs: 'a,,b' }, /^attrs: got ""/],
  ];
  for (const [parameters, message] of faults) {
    refuses(JSON.stringify(parameters), () => parseProjection(parameters, names), message);
  }
});
