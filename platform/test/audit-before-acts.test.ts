import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { formAction, hiddenFields, newVisitor } from '../../services/identity/test/support/visitor.ts';
import { PLACE, solve } from '../../services/reports/test/support/report-host.ts';
import { PASSWORD, startOwnIdentity } from './support/own-identity.ts';

/*
 * Forms and secret links require no right, so that the audit does not write their acts down before the handler, as it does for
 * others: each writes its act down itself, once it knows whose it is. So does a write of an entity that is a command. A process
 * that is killed before the entry leaves what was written down, of which `broker/test/access/audit-kill.test.ts` tests that it
 * becomes an entry.
 */

/** Notes at each entry whether its act was written down before, or for a sign-in: whether its session is still to come. */
const WATCH = [
  'CREATE TABLE watched_entry (action text, outcome text, is_before boolean)',
  `CREATE FUNCTION watch_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO watched_entry VALUES (NEW.action, NEW.outcome, CASE NEW.action
      WHEN 'signed-in' THEN NOT EXISTS (
        SELECT FROM identity.record WHERE model = 'Session' AND 'user:' || account = NEW.object)
      ELSE EXISTS (
        SELECT FROM audit_intent WHERE act::json ->> 'action' = NEW.action AND act::json ->> 'object' = NEW.object
          AND act::json ->> 'actor' = NEW.actor) END);
    RETURN NEW; END $$`,
  'CREATE TRIGGER watch_entry BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION watch_entry()',
];
const WATCHED = 'SELECT action, outcome, is_before FROM watched_entry';
const NEXT_PASSWORD = 'rivière-Minerai-78';
const CONTAINER = 'urn:ngsi-ld:WasteContainer:audited';

test('an act by a form or a secret link, and a command by an attribute, is written down before it is done', async (t) => {
  const db = await newDatabase();
  const product = await startOwnIdentity(t, {}, Promise.resolve(db));
  for (const text of WATCH) await db.query({ text });
  const entries = async () =>
    (await db.query<{ action: string; outcome: string; is_before: boolean }>({ text: WATCHED })).rows;

  await useAccount(product);
  await useKeepersLink(product);
  await useDriversLink(product);
  await useFollowersLink(product);
  await command(product);

  const done = (await entries()).filter(({ outcome }) => outcome === 'done');
  // Those of the administrator, whose requests are written down before their handlers, have other names.
  const own = ['signed-in', 'signed-out', 'password-changed', 'account-erased', 'publishing.proposal.make'];
  own.push('publishing.proposal.withdraw', 'waste.drive', 'report.erase', 'PATCH');
  assert.deepEqual(
    own.map((action) => [action, done.filter((entry) => entry.action === action).map(({ is_before }) => is_before)]),
    [
      ['signed-in', [true, true, true]],
      ['signed-out', [true]],
      ['password-changed', [true, true]],
      ['account-erased', [true]],
      ['publishing.proposal.make', [true]],
      ['publishing.proposal.withdraw', [true]],
      ['waste.drive', [true]],
      ['report.erase', [true]],
      ['PATCH', [true]],
    ],
  );
  const { rows } = await db.query({ text: 'SELECT act FROM audit_intent' });
  assert.deepEqual(rows, [], 'nothing is left of acts that have their entries');

  // A second withdrawal finds nothing: what fails has an entry too.
  const failed = (await entries()).filter(({ outcome }) => outcome === 'failed').map(({ action }) => action);
  assert.deepEqual(failed, ['publishing.proposal.withdraw']);
});

type Product = Awaited<ReturnType<typeof startOwnIdentity>>;

/** Chooses a password by a link, ends a session, changes the password, and erases the account. */
async function useAccount({ newUser, signIn, publicUrl }: Product): Promise<void> {
  await newUser('anna');
  const visitor = newVisitor();
  await signIn({ name: 'anna', visitor });
  const page = () => visitor.goTo(`${publicUrl}/oidc/account`);
  const first = await page();
  const changed = await visitor.submit(formAction(first, '/password'), {
    ...hiddenFields(first),
    current: PASSWORD,
    password: NEXT_PASSWORD,
  });
  assert.equal(changed.status, 200, changed.text);
  const again = newVisitor();
  await signIn({ name: 'anna', password: NEXT_PASSWORD, visitor: again });
  const second = await again.goTo(`${publicUrl}/oidc/account`);
  const [, ending] = /action="([^"]*\/account\/sessions\/[^"]+)"/.exec(second.text) ?? [];
  assert.ok(ending, second.text);
  const ended = await again.submit(new URL(ending, publicUrl).href, hiddenFields(second));
  assert.match(ended.text, /name="password"/, 'signed out');
  const last = newVisitor();
  await signIn({ name: 'anna', password: NEXT_PASSWORD, visitor: last });
  const third = await last.goTo(`${publicUrl}/oidc/account`);
  const erased = await last.submit(formAction(third, '/erase'), { ...hiddenFields(third), sure: 'yes' });
  assert.equal(erased.status, 200, erased.text);
}

/** Proposes a change of an entry and takes it back, twice. */
async function useKeepersLink({ admin, call }: Product): Promise<void> {
  const { item } = await admin('POST', '/publishing/items', {
    kind: 'place',
    owner: 'thil',
    state: 'ready',
    document: { texts: { fr: { title: 'Boulangerie', body: 'Du pain' } }, place: { category: 'alimentation' } },
  });
  const { url } = await admin('POST', `/publishing/items/${item.id}/keepers`, { days: 30 });
  const link = `/citizen/v1/keepers/${url.slice(url.lastIndexOf('/') + 1)}`;
  const { entry } = (await call({}, 'GET', link)).body;
  const propose = async (more: object) => (await call({}, 'PUT', `${link}/proposal`, { ...entry, ...more })).status;
  assert.deepEqual(
    [await propose({ email: 'pain@example.org' }), await propose({}), await propose({})],
    [200, 200, 400],
  );
}

/** Empties a container on a round. */
async function useDriversLink({ admin, call, root, publicUrl }: Product): Promise<void> {
  const link = `<${publicUrl}/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"`;
  const container = {
    id: CONTAINER,
    type: 'WasteContainer',
    scope: '/Villerupt',
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.93, 49.47] } },
    storedWasteKind: { type: 'Property', value: ['glass'] },
    fillingLevel: { type: 'Property', value: 0.9 },
  };
  const written = await call({ ...root.headers, link }, 'POST', '/ngsi-ld/v1/entityOperations/upsert', [container]);
  assert.ok(written.status < 300, written.text);
  const { kept } = await admin('POST', '/waste/rounds', { by: 'all', keep: true });
  const acts = [{ stop: CONTAINER, state: 'done', note: '', at: new Date().toISOString() }];
  const driven = await call({}, 'POST', `${kept[0].driverPage}/acts`, { acts });
  assert.equal(driven.status, 200, driven.text);
}

/** Sends a report and erases it. */
async function useFollowersLink({ call }: Product): Promise<void> {
  const { challenge, bits } = (await call({}, 'GET', '/citizen/v1/reports/challenge')).body;
  const report = { category: 'pothole', location: PLACE, proof: { challenge, nonce: solve(challenge, bits) } };
  const made = await call({ 'idempotency-key': 'audited-report' }, 'POST', '/citizen/v1/reports', report);
  assert.equal(made.status, 201, made.text);
  const erased = await call({}, 'DELETE', `/citizen/v1/reports/follow/${made.body.token}`);
  assert.equal(erased.status, 204, erased.text);
}

/** Writes an attribute that is a command of a device. */
async function command({ call, root }: Product): Promise<void> {
  const commands = [{ name: 'ping', type: 'command' }];
  const groups = [{ apikey: 'k1', resource: '/iot/json', entity_type: 'Device', commands }];
  const path = { ...root.headers, 'fiware-service': 'town', 'fiware-servicepath': '/' };
  const made = await call(path, 'POST', '/iot/groups', { groups });
  assert.equal(made.status, 201, made.text);
  const devices = [{ device_id: 'd1', transport: 'HTTP', polling: true }];
  assert.equal((await call(path, 'POST', '/iot/devices', { devices })).status, 201);
  const attribute = '/ngsi-ld/v1/entities/urn:ngsi-ld:Device:d1/attrs/ping';
  const written = await call({ ...root.headers, 'ngsild-tenant': 'town' }, 'PATCH', attribute, { value: 'left' });
  assert.equal(written.status, 204, written.text);
}
