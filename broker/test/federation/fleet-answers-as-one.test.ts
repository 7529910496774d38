import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { representEntity } from '../../src/model/represent.ts';
import type { Database } from '../../src/store/database.ts';
import { Generator } from '../query/generate.ts';
import { eachDatabase } from '../support/index.ts';
import { type Member, startMember } from './fleet.ts';

/** Drawn; of about half of them the members fit their kinds, and the front door takes them. */
const DRAWN = 120;
/** More are drawn where the environment says so. */
const QUERIES = Number(process.env.FLEET_QUERIES ?? 60);

const TYPES = ['Lamp', 'Bin', 'Device'];
const NAMES = { compact: (iri: string) => iri.replace(/^https:\/\/(?:example\.org|uri\.etsi\.org\/ngsi-ld)\//, '') };

type Document = Record<string, unknown>;

function documents(seed: number): Document[] {
  const generator = new Generator(seed);
  return Array.from({ length: DRAWN }, (_, index) => {
    const document = representEntity(generator.entity(index), NAMES, { format: 'normalized', sysAttrs: false });
    return document as Document; // nothing is left out
  });
}

interface World {
  readonly fleet: Member;
  readonly alone: Member;
}

/** One broker that has everything, and two that have it between them, of which one knows the other as a source. */
async function worldOf(
  t: TestContext,
  db: Database,
  seed: number,
  split: (entity: Document) => Document[],
): Promise<World> {
  const [alone, fleet, other] = [await startMember(t, db), await startMember(t, db), await startMember(t, db)];
  const drawn = documents(seed);
  const { status, body } = await alone.ask('POST', '/entityOperations/create', drawn);
  assert.equal(status, 207, JSON.stringify(body));
  const entities = drawn.filter(({ id }) => body.success.includes(id));
  assert.ok(entities.length > DRAWN / 4);
  const parts = entities.map(split);
  for (const [index, member] of [fleet, other].entries()) {
    await create(
      member,
      parts.flatMap((each) => (each[index]?.id === undefined ? [] : [each[index]])),
    );
  }
  await fleet.register({ ...other.source, information: [{ entities: TYPES.map((type) => ({ type })) }] });
  return { fleet, alone };
}

async function create(member: Member, entities: readonly Document[]): Promise<void> {
  const { status, body } = await member.ask('POST', '/entityOperations/create', entities);
  assert.equal(status, 201, JSON.stringify(body));
}

function draw(generator: Generator): Record<string, string> {
  const query: Record<string, string> = { type: generator.types().replace('*', 'Lamp,Bin,Device') };
  if (generator.chance(0.5)) query.q = generator.q();
  if (generator.chance(0.2)) query.scopeQ = generator.scopeQ();
  if (generator.chance(0.2)) query.idPattern = generator.pick(['^urn:ngsi-ld:Lamp', '1\\d$', '[02468]$']);
  if (generator.chance(0.2)) query.id = 'urn:ngsi-ld:Lamp:1,urn:ngsi-ld:Bin:2,urn:ngsi-ld:Lamp:3,urn:ngsi-ld:Bin:3';
  const projection = generator.pick(['none', 'none', 'none', 'attrs', 'pick']);
  if (projection === 'attrs') query.attrs = generator.some(['alpha', 'beta', 'gamma'], 2).join(',');
  if (projection === 'pick') query.pick = 'id,type,alpha';
  if (generator.chance(0.3)) {
    const { type, coordinates } = generator.geometry();
    Object.assign(query, { georel: generator.georel(), geometry: type, coordinates: JSON.stringify(coordinates) });
  }
  if (generator.chance(0.3)) query.format = generator.pick(['concise', 'simplified']);
  if (generator.chance(0.3)) query.count = 'true';
  query.limit = generator.pick(['3', '10', '100']);
  if (generator.chance(0.4)) query.offset = generator.pick(['1', '5', '20']);
  return query;
}

/** Draws queries and holds both answers against each other; some must find something. */
async function answersAlike({ fleet, alone }: World, seed: number, extra: Record<string, string>): Promise<void> {
  const generator = new Generator(seed);
  let found = 0;
  for (let index = 0; index < QUERIES; index++) {
    const query = draw(generator);
    const path = (parameters: Record<string, string>) => `/entities?${new URLSearchParams(parameters)}`;
    const [one, many] = [await alone.ask('GET', path(query)), await fleet.ask('GET', path({ ...query, ...extra }))];
    const text = JSON.stringify(query);
    assert.equal(many.status, one.status, text);
    assert.deepEqual(many.body.map(sorted), one.body.map(sorted), text);
    assert.equal(many.headers.get('ngsild-results-count'), one.headers.get('ngsild-results-count'), text);
    assert.equal(
      /rel="next"/.test(String(many.headers.get('link'))),
      /rel="next"/.test(String(one.headers.get('link'))),
    );
    assert.equal(many.headers.get('ngsild-warning'), null, text);
    found += one.body.length;
  }
  assert.ok(found > QUERIES / 10, `${found} entities found`);
}

/** Types, scopes and instances of an attribute stand in no particular order. */
function sorted(entity: Document): Document {
  const inOrder = (value: unknown) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' || item?.type !== undefined)
      ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value;
  const { type, scope, ...others } = entity;
  const attributes = Object.entries(others).map(([name, value]) => [name, instancesSorted(value)]);
  return { ...Object.fromEntries(attributes), type: inOrder(type), scope: inOrder(scope) };
}

function instancesSorted(value: unknown): unknown {
  const areInstances =
    Array.isArray(value) && value.every((item) => item !== null && typeof item === 'object' && 'type' in item);
  return areInstances ? [...value].sort((a, b) => (String(a.datasetId) < String(b.datasetId) ? -1 : 1)) : value;
}

eachDatabase('4.3.6.2 Two brokers with an inclusive split answer as one that has everything', (test) => {
  test('where each entity lies with one of them', async (t, db) => {
    const world = await worldOf(t, db, 11, (entity) => {
      const isHere = /[02468]$/.test(String(entity.id));
      return isHere ? [entity, {}] : [{}, entity];
    });
    await answersAlike(world, 12, {});
  });

  test('where attributes of each entity lie with both of them', async (t, db) => {
    const world = await worldOf(t, db, 13, ({ id, type, scope, alpha, gamma, location, ...others }) => [
      { id, type, ...(scope !== undefined && { scope }), ...given({ alpha, gamma, location }) },
      { id, type, ...others },
    ]);
    await answersAlike(world, 14, { splitEntities: 'true' });
  });
});

function given(members: Document): Document {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
