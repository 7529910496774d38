import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newVisitor } from '../../../services/identity/test/support/visitor.ts';
import { PASSWORD, startOwnIdentity } from '../support/own-identity.ts';
import { runCommand } from '../support/run-command.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`files/${name}`, import.meta.url));
const BROUGHT = fileURLToPath(new URL('../../../docs/bring-your-own/grafana/', import.meta.url));

test('what another platform exports is taken over: accounts sign in, programs get tokens, a dashboard opens', async (t) => {
  const { publicUrl, admin, call, signIn } = await startOwnIdentity(t);
  const { key } = await admin('POST', '/ops/access/keys', {
    title: 'Move',
    roles: ['administrator'],
    scopes: ['read', 'write', 'administer'],
  });
  const alzette = (...args: string[]) => runCommand(t, [...args, '--url', publicUrl], { ALZETTE_KEY: key });
  const accountOf = async (username: string) => {
    const { users } = await admin('GET', `/ops/identity/users?search=${username}`);
    return users.find((user: { username: string }) => user.username === username);
  };
  /** Chooses a password by the link of an administrator, and signs in. */
  const signsIn = async (username: string) => {
    const { link } = await admin('POST', `/ops/identity/users/${(await accountOf(username)).id}/reset-link`);
    assert.equal((await newVisitor().submit(link, { password: PASSWORD })).status, 200);
    const { headers } = await signIn({ name: username });
    return (await call(headers, 'GET', '/ops/access/me')).body;
  };
  const tokenOf = async (id: string, secret = '') =>
    fetch(`${publicUrl}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });

  await t.test('the realm of a Keycloak', async () => {
    const before = await alzette('migrate', 'keycloak', fileOf('realm.json'), '--dry-run');
    assert.equal(before.code, 0, before.output);
    assert.equal(await accountOf('claire.weber'), undefined, 'a trial writes nothing');
    const { code, output } = await alzette('migrate', 'keycloak', fileOf('realm.json'));
    assert.equal(code, 0, output);
    assert.match(output, /^3 roles, 2 groups, 2 clients, 1 accounts\n1 accounts were created, 0 changed\.$/m);
    for (const left of ['old-gis: saml', 'role lead contains operator, analyst', 'disabled accounts: paul'])
      assert.ok(output.includes(left), `${left} in ${output}`);
    assert.match(
      output,
      /proconnect \(https:\/\/proconnect\.example\.org\): PUT \/ops\/identity\/providers\/proconnect/,
    );
    assert.match(output, /town-hall \(ldaps:\/\/ldap\.example\.org\): PUT \/ops\/identity\/directories\/town-hall/);

    const { email, givenName, language, roles, groups, effectiveRoles } = await accountOf('claire.weber');
    assert.deepEqual([email, givenName, language, roles], ['claire.weber@example.org', 'Claire', 'fr', ['analyst']]);
    assert.deepEqual(groups.toSorted(), ['Agents-eclairage', 'Agents-eclairage.Nuit']);
    assert.deepEqual(effectiveRoles.toSorted(), ['analyst', 'operator']);
    await signsIn('claire.weber');

    const secret = /^ {2}meter-reader (\S+)$/m.exec(output)?.[1];
    assert.equal((await tokenOf('meter-reader', secret)).status, 200);
    const { clients } = await admin('GET', '/ops/identity/clients');
    const grafana = clients.find(({ id }: { id: string }) => id === 'grafana');
    assert.deepEqual(grafana.metadata.redirect_uris, ['https://grafana.example.org/login/generic_oauth']);
    assert.deepEqual(grafana.metadata.post_logout_redirect_uris, ['https://grafana.example.org/login']);

    const again = await alzette('migrate', 'keycloak', fileOf('realm.json'));
    assert.match(again.output, /^0 accounts were created, 1 changed\.$/m);
    assert.equal((await tokenOf('meter-reader', secret)).status, 200, 'a client keeps its secret');
  });

  await t.test('the LDIF of a directory', async () => {
    const { code, output } = await alzette('migrate', 'ldap', fileOf('people.ldif'));
    assert.equal(code, 0, output);
    assert.match(output, /^0 roles, 1 groups, 0 clients, 1 accounts$/m);
    assert.match(output, /cn=printer,ou=people,dc=example,dc=org: it has no uid/);
    const { email, givenName, groups, language } = await accountOf('jschmit');
    assert.deepEqual([email, givenName, language, groups], ['jerome.schmit@example.org', 'Jérôme', 'fr', ['Voirie']]);
    await signsIn('jschmit');
  });

  await t.test('an application and the users of WSO2', async () => {
    const { code, output } = await alzette('migrate', 'wso2', fileOf('application.yaml'));
    assert.equal(code, 0, output);
    assert.match(output, /API ParkingAPI 1\.0\.0: /);
    const [, secret] = /^ {2}fX3kYxQ9hS2aVb7LrTq0 (\S+)$/m.exec(output) ?? [];
    assert.equal((await tokenOf('fX3kYxQ9hS2aVb7LrTq0', secret)).status, 200);
    const limits = await admin('GET', '/ops/access/limits');
    assert.deepEqual(limits, [{ consumer: 'client:fX3kYxQ9hS2aVb7LrTq0', limits: [{ requests: 10, per: 'minute' }] }]);

    const users = await alzette('migrate', 'wso2', fileOf('users.json'));
    assert.match(users.output, /disabled accounts: left/);
    const { email, groups } = await accountOf('anna');
    assert.deepEqual([email, groups], ['anna.roth@example.org', ['waste']]);
    await signsIn('anna');
  });

  await t.test('a dashboard of Grafana', async () => {
    const { code, output } = await alzette(
      'migrate',
      'grafana',
      fileOf('dashboard.json'),
      '--table',
      'lamps=Streetlight',
    );
    assert.equal(code, 0, output);
    assert.match(output, /^Éclairage: 4 parts are at \/dashboards\/lighting-old$/m);
    assert.match(output, /panel Requests: a query that is not SQL: rate\(/);
    assert.match(output, /panel Lamps by cabinet: a join/);
    assert.match(output, /variable commune: /);
    const { dashboard, version } = await admin('GET', '/dashboards/lighting-old');
    assert.equal(dashboard.period, '24h');
    assert.deepEqual(dashboard.widgets, [
      {
        id: 'p1',
        kind: 'number',
        title: 'Faulty',
        x: 0,
        y: 0,
        w: 3,
        h: 2,
        question: { type: 'Streetlight', q: 'status!="ok";powerConsumption>0.5', measure: { kind: 'count' } },
        thresholds: { warning: 1, alarm: 50 },
      },
      {
        id: 'p2',
        kind: 'series',
        title: 'Power',
        x: 3,
        y: 0,
        w: 9,
        h: 4,
        question: { type: 'Streetlight', measure: { kind: 'average', attribute: 'powerConsumption' }, over: 'auto' },
        unit: 'W',
      },
      {
        id: 'p3',
        kind: 'bar',
        title: 'States',
        x: 0,
        y: 4,
        w: 6,
        h: 4,
        question: {
          type: 'Streetlight',
          group: [{ by: 'attribute', attribute: 'status' }],
          measure: { kind: 'count' },
        },
      },
      { id: 'p4', kind: 'text', title: '', x: 6, y: 4, w: 6, h: 2, text: 'Call 3456 at night.' },
    ]);
    await alzette('migrate', 'grafana', fileOf('dashboard.json'), '--table', 'lamps=Streetlight');
    assert.equal((await admin('GET', '/dashboards/lighting-old')).version, version + 1);
    const refused = await alzette('migrate', 'grafana', fileOf('dashboard.json'), '--table', 'lamps');
    assert.deepEqual([refused.code, /--table: got lamps, expected/.test(refused.output)], [2, true]);
  });

  await t.test('our dashboards for Grafana, but for a list of rows', async () => {
    const lighting = await alzette('migrate', 'grafana', `${BROUGHT}lighting.json`);
    assert.match(lighting.output, /^Alzette: lighting: 5 parts are/m);
    const waste = await alzette('migrate', 'grafana', `${BROUGHT}waste.json`);
    assert.match(waste.output, /^Alzette: waste: 2 parts are/m);
    assert.match(waste.output, /panel Full containers: no count, sum/);
  });

  await t.test('a file of another kind is refused in words', async () => {
    for (const [kind, file, why] of [
      ['keycloak', 'users.json', /^realm: got undefined, expected the export of a Keycloak realm/],
      ['ldap', 'realm.json', /^file: got 0 entries, expected entries of LDIF/],
      ['wso2', 'realm.json', /^applicationInfo\.name: got nothing/],
      ['grafana', 'flows.json', /^panels: got undefined, expected a dashboard's JSON model/],
    ] as const) {
      const { code, output } = await alzette('migrate', kind, fileOf(file));
      assert.equal(code, 1);
      assert.match(output, why);
    }
  });
});

test('flows of Node-RED are listed with what replaces their nodes', async (t) => {
  const { code, output } = await runCommand(t, ['migrate', 'node-red', fileOf('flows.json')], {});
  assert.equal(code, 0, output);
  assert.deepEqual(output.split('\n'), [
    'Levels',
    '  1 mqtt in: a device profile with the topic; no flow is needed (iot-agents.md)',
    '  1 function: a codec (JavaScript) if it decodes, a rule if it decides; read the code (rules.md)',
    '  1 postgresql: nothing: the history is kept by itself; read it by SQL views (sql-views.md)',
    '  1 modbus-write: unknown here; keep Node-RED for it',
    'Old test (disabled)',
    '',
  ]);
});
