import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { type Act, auditStore } from '../../src/access/audit.ts';
import { createBroker } from '../../src/main.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { given, guarded } from './guarded-broker.ts';
import { AUDIENCE, startIssuer } from './issuer.ts';

const TYPES = '/ngsi-ld/v1/types';

eachDatabase('Administration of access', (test, { kind, url }) => {
  test('of 100 requests a month the 101st gets 429, and usage is reported', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { ask, admin, key, policy } = broker;
    await given(broker, { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    await policy({ id: 'all', who: { signedIn: true }, may: ['read'] });
    const made = await key({ title: 'Busy', limits: [{ requests: 100, per: 'month' }] });
    for (let n = 1; n <= 100; n++) assert.equal((await ask({ 'x-api-key': made.key }, 'GET', TYPES)).statusCode, 200);
    const over = await ask({ 'x-api-key': made.key }, 'GET', TYPES);
    assert.equal(over.statusCode, 429);
    assert.ok(Number(over.headers['retry-after']) >= 1 && Number(over.headers['retry-after']) <= 31 * 86_400);
    assert.match(over.json().detail, /limit of 100 requests a month/);
    const [used] = (await admin('GET', `/ops/access/usage?consumer=key:${made.id}`)).json();
    assert.deepEqual([used.requests, used.limited], [101, 1]);

    const client = await broker.as({ client_id: `c-${made.id}`, scope: 'alzette:read', roles: [] });
    assert.equal(
      (await admin('PUT', `/ops/access/limits/client:c-${made.id}`, [{ requests: 1, per: 'month' }])).statusCode,
      204,
    );
    assert.equal((await ask(client, 'GET', TYPES)).statusCode, 200);
    assert.equal((await ask(client, 'GET', TYPES)).statusCode, 429);
    assert.equal((await admin('DELETE', `/ops/access/limits/client:c-${made.id}`)).statusCode, 204);
    assert.equal((await ask(client, 'GET', TYPES)).statusCode, 200);
  });

  test('processes enforce a limit together, to the request', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { ask, key, policy, tenant, admin } = broker;
    await given(broker, { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    await policy({ id: 'all', who: { signedIn: true }, may: ['read'] });
    const made = await key({
      title: 'Busy at both',
      limits: [
        { requests: 100, per: 'day' },
        { requests: 100_000, per: 'month' },
      ],
    });
    const headers = { 'x-api-key': made.key };
    const second = await createBroker({
      db,
      publicUrl: AUDIENCE,
      access: 'enforced',
      issuers: ['http://127.0.0.1:9'],
      instance: `busy-${tenant}`,
    });
    t.after(() => second.close());
    const atSecond = () => second.app.inject({ url: TYPES, headers: { ...headers, 'ngsild-tenant': tenant } });
    const answers = await Promise.all(
      Array.from({ length: 130 }, (_, n) => (n % 2 === 0 ? ask(headers, 'GET', TYPES) : atSecond())),
    );
    const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length;
    assert.deepEqual([count(200), count(429)], [100, 30]);
    assert.equal((await ask(headers, 'GET', TYPES)).statusCode, 429);
    assert.equal((await atSecond()).statusCode, 429);
    const used = (await admin('GET', `/ops/access/usage?consumer=key:${made.id}`)).json();
    assert.ok(used.some(({ limited }: { limited: number }) => limited > 0));
  });

  test('a caller without rights in a tenant does not use up its rate', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { ask, admin, policy, tenant } = broker;
    await given(broker, { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    await policy({ id: 'readers', who: { roles: ['reader'] }, may: ['read'] });
    const limited = await admin('PUT', `/ops/tenants/${tenant}/quotas`, { requestsPerSecond: 1 });
    assert.equal(limited.statusCode, 204, limited.body);
    const stranger = await broker.as({ sub: 'stranger', roles: ['stranger'] });
    for (const [headers, status] of [
      [{}, 401],
      [{ 'x-api-key': 'alz_none' }, 401],
      [stranger, 403],
    ] as const) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(headers, 'GET', TYPES)));
      assert.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [status]);
    }
    const reader = await broker.as({ sub: 'reader', roles: ['reader'] });
    assert.equal((await ask(reader, 'GET', TYPES)).statusCode, 200);
  });

  if (kind === 'postgres') {
    test('a revoked key and a changed policy apply in all processes within five seconds', async (t, db) => {
      assert.ok(await url());
      const broker = await guarded(t, db, await startIssuer(t));
      const { admin, key, policy, tenant } = broker;
      const second = await createBroker({
        db,
        publicUrl: AUDIENCE,
        access: 'enforced',
        issuers: ['http://127.0.0.1:9'],
        instance: 'second',
      });
      t.after(() => second.close());
      await given(broker, { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
      const made = await key({ title: 'Reader', roles: ['reader'] });
      await policy({ id: 'readers', who: { roles: ['reader'] }, may: ['read'] });
      const status = async () =>
        (await second.app.inject({ url: TYPES, headers: { 'x-api-key': made.key, 'ngsild-tenant': tenant } }))
          .statusCode;
      const becomes = async (code: number) => {
        const start = performance.now();
        while ((await status()) !== code) {
          assert.ok(performance.now() - start < 60_000, `never ${code}`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      };
      await becomes(200);
      await admin('DELETE', `/ops/access/policies/${tenant}.readers`);
      await becomes(403);
      await policy({ id: 'readers', who: { roles: ['reader'] }, may: ['read'] });
      await becomes(200);
      await admin('DELETE', `/ops/access/keys/${made.id}`);
      await becomes(401);
    });
  }

  test('acts are recorded, found, exported and verified; tampering is detected', async (t, db) => {
    const { admin, ask, as, tenant, policy, key } = await guarded(t, db, await startIssuer(t));
    await policy({ id: 'agents', who: { roles: ['agent'] }, may: ['read'] });
    const made = await key({ title: 'Audited' });
    const signIn = {
      action: 'sign-in',
      actor: `token:${tenant}`,
      object: 'oidc',
      outcome: 'refused',
      details: { from: '192.0.2.1' },
    };
    assert.equal((await admin('POST', '/ops/audit', signIn)).statusCode, 201);
    await admin('PUT', '/ops/validation', { mode: 'warn' });
    assert.equal(
      (await ask(await as({ roles: ['agent'] }), 'PUT', '/ops/validation', { mode: 'off' })).statusCode,
      403,
    );

    const of = async (filter: string) => (await admin('GET', `/ops/audit?${filter}`)).json().entries;
    assert.deepEqual(
      (await of(`object=${tenant}.agents`)).map(({ action, actor, outcome }: Record<string, string>) => [
        action,
        actor,
        outcome,
      ]),
      [['policy.save', 'token:root', 'done']],
    );
    const [created] = await of(`object=${made.id}`);
    assert.equal(created.action, 'key.create');
    assert.equal(JSON.stringify(created).includes(made.key), false);
    const [recordedEntry] = await of(`actor=token:${tenant}`);
    assert.deepEqual(
      [recordedEntry.action, recordedEntry.outcome, recordedEntry.details.from],
      ['sign-in', 'refused', '192.0.2.1'],
    );
    const settings = (await of('object=/ops/validation')).filter((each: { tenant: string }) => each.tenant === tenant);
    assert.deepEqual(
      settings.map(({ outcome }: { outcome: string }) => outcome),
      ['refused', 'done'],
    );
    assert.match(settings[0].actor, /^token:(?!root$)./, 'who was refused is named');

    const before = (await of('limit=1'))[0].n;
    const strange = { 'NGSILD-Tenant': ['a', 'b'] } as unknown as Record<string, string>;
    assert.equal((await ask(strange, 'PUT', '/ops/validation', { mode: 'off' })).statusCode, 400);
    assert.equal((await ask({}, 'PUT', '/ops/validation', { mode: 'off' })).statusCode, 401);
    assert.equal((await of('limit=1'))[0].n, before, 'failed attempts of strangers are not in the audit');

    const exported = (await admin('GET', '/ops/audit/export')).body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.ok(exported.length >= 5);
    const { intact, head } = (await admin('GET', '/ops/audit/verify')).json();
    assert.equal(intact, true);
    await assert.rejects(
      db.query({ text: 'UPDATE audit SET actor = $1 WHERE n = $2', values: ['nobody', recordedEntry.n] }),
      /append-only/,
    );
    await assert.rejects(db.query({ text: 'DELETE FROM audit' }), /append-only/);

    const tampered = async (text: string, values: readonly unknown[]) => {
      // As the owner of the database could do; undone afterwards, because other tests use it.
      await db.query({ text: 'ALTER TABLE audit DISABLE TRIGGER audit_append_only' });
      const { rows } = await db.query<{ row: string }>({
        text: 'SELECT to_jsonb(a) AS row FROM audit a WHERE n = $1',
        values: [recordedEntry.n],
      });
      await db.query({ text, values });
      const verdict = (await admin('GET', `/ops/audit/verify?n=${head.n}&hash=${head.hash}`)).json();
      await db.query({ text: 'DELETE FROM audit WHERE n = $1', values: [recordedEntry.n] });
      await db.query({
        text: 'INSERT INTO audit SELECT * FROM jsonb_populate_record(NULL::audit, $1::jsonb)',
        values: [rows[0]?.row],
      });
      await db.query({ text: 'ALTER TABLE audit ENABLE TRIGGER audit_append_only' });
      return verdict;
    };
    assert.deepEqual(await tampered('UPDATE audit SET actor = $1 WHERE n = $2', ['nobody', recordedEntry.n]), {
      intact: false,
      n: recordedEntry.n,
      reason: `entry ${recordedEntry.n} was changed`,
    });
    assert.deepEqual(await tampered('DELETE FROM audit WHERE n = $1', [recordedEntry.n]), {
      intact: false,
      n: recordedEntry.n,
      reason: `entry ${recordedEntry.n} is missing`,
    });
    const emptied = await tampered(
      `UPDATE audit SET actor = '', object = '', details = '{}', outcome = 'removed' WHERE n = $1`,
      [recordedEntry.n],
    );
    assert.deepEqual([emptied.intact, emptied.removed], [true, 1], 'entries of tenants that have left are counted');
    const late = await admin('GET', `/ops/audit/verify?n=${head.n + 1000}&hash=${head.hash}`);
    assert.equal(late.json().intact, false, 'what was cut off at the end is missed by who noted the head');
  });

  test('entries of two processes and of transactions make one chain', async (_t, db) => {
    const [first, second] = [auditStore(db, undefined), auditStore(db, undefined)];
    const object = freshTenant();
    const act = (action: string): Act => {
      return { actor: 'token:root', action, object, tenant: '', outcome: 'done', details: {} };
    };
    const actions = Array.from({ length: 40 }, (_, at) => `act ${at}`);
    const appended = actions.map((action, at) => {
      const store = at % 2 === 0 ? first : second;
      return at % 5 === 0 ? db.transaction((tx) => store.appendIn(tx, act(action))) : store.append(act(action));
    });
    await Promise.all(appended);
    const undone = db.transaction(async (tx) => {
      await first.appendIn(tx, act('undone'));
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    for (const store of [first, first, second]) await store.append(act('later'));
    const found = await first.search({ object }, 100, undefined);
    assert.deepEqual(found.map(({ action }) => action).sort(), [...actions, 'later', 'later', 'later'].sort());
    assert.equal((await first.verify()).intact, true);
  });

  test('the audit tells what a request changed, without secrets', async (t, db) => {
    const { admin, tenant } = await guarded(t, db, await startIssuer(t));
    const changesOf = async (object: string) =>
      (await admin('GET', `/ops/audit?object=${encodeURIComponent(object)}`))
        .json()
        .entries.filter((each: { tenant: string }) => each.tenant === tenant)
        .map(({ details: { before, after, hidden } }: { details: Record<string, unknown> }) => ({
          before,
          after,
          hidden,
        }));
    const id = `urn:ngsi-ld:Subscription:told-${tenant}`;
    const path = `/ngsi-ld/v1/subscriptions/${id}`;
    const endpoint = (token: string) => ({
      uri: `http://127.0.0.1:9/n?token=${token}`,
      receiverInfo: [{ key: 'Authorization', value: `Bearer ${token}` }],
    });
    const subscription = { id, type: 'Subscription', entities: [{ type: 'Lamp' }], description: 'Dark lamps' };
    const made = await admin('POST', '/ngsi-ld/v1/subscriptions', {
      ...subscription,
      notification: { endpoint: endpoint('first-secret') },
    });
    assert.equal(made.statusCode, 201, made.body);
    const changed = { description: 'Bright lamps', notification: { endpoint: endpoint('second-secret') } };
    assert.equal((await admin('PATCH', path, changed)).statusCode, 204);
    assert.equal((await admin('DELETE', path)).statusCode, 204);

    const [deleted, patched] = await changesOf(path);
    assert.equal(patched.before.description, 'Dark lamps');
    assert.equal(patched.after.description, 'Bright lamps');
    assert.equal(deleted.before.description, 'Bright lamps');
    assert.equal(deleted.after, undefined);
    const [created] = await changesOf('/ngsi-ld/v1/subscriptions');
    assert.equal(created.before, undefined);
    assert.equal(created.after.description, 'Dark lamps');
    assert.equal(JSON.stringify([created, patched, deleted]).includes('-secret'), false);

    assert.equal((await admin('PUT', '/ops/validation', { mode: 'warn' })).statusCode, 204);
    assert.equal((await admin('PUT', '/ops/validation', { mode: 'nonsense' })).statusCode, 400);
    const [failed, recordedEntry] = await changesOf('/ops/validation');
    assert.deepEqual(failed, { before: undefined, after: undefined, hidden: undefined });
    assert.notEqual(recordedEntry.after, undefined);
  });

  test('the reason for a decision is explained', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { admin, ask, as, policy, tenant } = broker;
    await given(broker, { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', scope: '/Aumetz' });
    await policy({
      id: 'agents',
      who: { roles: ['agent'] },
      may: ['read'],
      scopeQ: '/{organisation}/#',
      exceptAttributes: ['operator'],
    });
    const explain = async (query: string) =>
      (await admin('GET', `/ops/access/explain?tenant=${tenant}&${query}`)).json();
    const verdict = async (query: string) => {
      const { allowed, policies } = await explain(query);
      return [allowed, policies.find(({ policy: id }: { policy: string }) => id === `${tenant}.agents`).because];
    };
    assert.deepEqual(await verdict('roles=agent&organisation=Aumetz&id=urn:ngsi-ld:Lamp:1'), [
      true,
      'all its conditions are met',
    ]);
    assert.deepEqual(await verdict('roles=agent&organisation=Thil&id=urn:ngsi-ld:Lamp:1'), [
      false,
      'the entity does not match its types, ids, scope or area',
    ]);
    assert.deepEqual(await verdict('roles=agent&organisation=Aumetz&attribute=operator'), [
      false,
      'the attribute is not among its attributes',
    ]);
    assert.deepEqual(await verdict('roles=agent&organisation=Aumetz&action=write'), [
      false,
      'it allows read, not write',
    ]);
    assert.deepEqual(await verdict('roles=agent'), [
      false,
      'it applies to the scope of the organisation, but there is none',
    ]);
    assert.match((await verdict('roles=gardener'))[1], /it applies to/);
    const me = (
      await ask(await as({ sub: 'me', roles: ['agent'], organisation: 'Aumetz' }), 'GET', '/ops/access/me')
    ).json();
    assert.deepEqual(me.may, { read: true, write: false, propose: false, administer: false, administerAll: false });
  });

  test('a policy with an end ends by itself', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { policy, ask, as } = broker;
    await given(broker, { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    const helper = await as({ sub: 'helper' });
    const status = async () => (await ask(helper, 'GET', TYPES)).statusCode;
    const endIn = (ms: number) => {
      const end = new Date(Date.now() + ms).toISOString();
      return policy({ id: `ends${ms}`, who: { subjects: ['helper'] }, may: ['read'], until: end });
    };
    await endIn(-1);
    assert.equal(await status(), 403);
    await endIn(300);
    await eventually('it has ended', async () => (await status()) === 403);
    await endIn(3_600_000);
    assert.equal(await status(), 200);
  });

  test('an invalid policy is refused with the name of the member', async (t, db) => {
    const { admin } = await guarded(t, db, await startIssuer(t));
    const good = { id: 'x', who: { roles: ['a'] }, may: ['read'] };
    for (const [change, member] of [
      [{ who: {} }, 'who'],
      [{ who: undefined }, 'who'],
      [{ who: { anyone: false } }, 'who.anyone'],
      [{ may: ['fly'] }, 'may'],
      [{ may: [] }, 'may'],
      [{ types: 'Lamp' }, 'types'],
      [{ idPattern: '(' }, 'idPattern'],
      [{ scopeQ: '//' }, 'scopeQ'],
      [{ area: { type: 'Point', coordinates: [6, 49] } }, 'area.type'],
      [{ attributes: ['a'], exceptAttributes: ['b'] }, 'exceptAttributes'],
      [{ may: ['administer'], types: ['Lamp'] }, 'types'],
      [{ id: 'administrators' }, 'id'],
      [{ id: 'a b' }, 'id'],
      [{ colour: 'red' }, 'colour'],
      [{ until: 'tomorrow' }, 'until'],
    ] as const) {
      const answer = await admin('POST', '/ops/access/policies', { ...good, ...change });
      assert.equal(answer.statusCode, 400, JSON.stringify(change) + answer.body);
      assert.match(answer.json().detail, new RegExp(member.replace('.', '\\.')));
    }
  });
});
