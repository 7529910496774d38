import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import { type Follower, LiveFeed } from './live-feed.ts';

const at = '2026-01-01T00:00:00.000Z';
const IRI = 'https://example.org/Lamp';

function created(n: number): EntityChange & { readonly after: Entity } {
  const id = `urn:ngsi-ld:Lamp:${n}`;
  const after = { id, types: [IRI], createdAt: at, modifiedAt: at, attributes: {} };
  return { tenant: '', entityId: id, at, after, attributes: [] };
}

const FOLLOWER: Follower = {
  filter: { tenant: '' },
  view: { format: 'normalized', names: { compact: (iri) => iri } },
  write: () => true,
};

test('a returning follower gets what it missed, however fast more changes arrive meanwhile', {
  timeout: 60_000,
}, async () => {
  let n = 0;
  let reads = 0;
  const feed = new LiveFeed(async (keys) => {
    // Each read causes another write.
    if (++reads < 1000) feed.publish([created(++n)]);
    return new Map(keys.map(({ id }, place) => [place, { entity: created(Number(id.split(':').at(-1))).after }]));
  });
  const since = feed.lastId;
  feed.publish([created(++n)]);
  const missed = await feed.follow(FOLLOWER, since);
  assert.match(missed ?? '', /urn:ngsi-ld:Lamp:1"/);
  assert.match(missed ?? '', /urn:ngsi-ld:Lamp:2"/);
  assert.ok(reads < 10, `read ${reads} times`);
});

test('a returning follower must reload if other processes write faster than changes can be read', {
  timeout: 60_000,
}, async () => {
  let n = 0;
  let reads = 0;
  const receive = () =>
    feed.receive([{ tenant: '', id: `urn:ngsi-ld:Lamp:${++n}`, at, trigger: 'created', changed: [] }]);
  const feed = new LiveFeed(async (keys) => {
    if (++reads < 1000) receive();
    return new Map(keys.map(({ id }, place) => [place, { entity: created(Number(id.split(':').at(-1))).after }]));
  });
  const since = feed.lastId;
  receive();
  assert.equal(await feed.follow(FOLLOWER, since), undefined);
  assert.ok(reads < 100, `read ${reads} times`);
});
