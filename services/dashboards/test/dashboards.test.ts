import assert from 'node:assert/strict';
import { migrate } from '@alzette/kit/migrate';
import { eventually } from '@alzette/kit/testing';
import { eachDatabase, freshTenant } from '../../../broker/test/support/index.ts';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { startMailServer } from '../../channels/test/support/mail-server.ts';
import { migrationsFolder as identityMigrations } from '../../identity/src/identity.ts';
import { createAccount } from '../../identity/src/store/accounts.ts';
import { dashboardService } from '../src/service.ts';

const PUBLIC_URL = 'http://localhost:3000';
const CONTEXT = `${PUBLIC_URL}/contexts/territory/v1.jsonld`;
const LAMP = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';
const BOARD = {
  title: 'Nuit',
  roles: [],
  period: '30d',
  widgets: [
    {
      id: 'a',
      kind: 'number',
      title: 'Lampadaires',
      x: 0,
      y: 0,
      w: 3,
      h: 2,
      question: { type: 'Streetlight', measure: { kind: 'count' } },
    },
    {
      ...{ id: 'b', kind: 'table', title: 'Par commune', x: 3, y: 0, w: 6, h: 4 },
      question: { type: 'Streetlight', group: [{ by: 'scope' }], measure: { kind: 'count' } },
    },
    { id: 'c', kind: 'text', title: '', x: 0, y: 4, w: 12, h: 1, text: 'Bonjour' },
  ],
};
const TEMPLATES = [{ id: 'start', dashboard: { title: 'Start', roles: [], period: '7d' as const, widgets: [] } }];

eachDatabase('Dashboards', (test) => {
  test('are created, changed with versions, shown to roles and shared by a link', async (t, db) => {
    const host = await startServiceHost(t, db, [dashboardService({ templates: async () => TEMPLATES })], {
      access: 'enforced',
      settings: { PUBLIC_URL },
    });
    const tenant = freshTenant();
    const who = async (sub: string, roles: string[]) => ({
      authorization: await host.authorizationOf({ sub, roles }),
      'ngsild-tenant': tenant,
    });
    const root = await who('root', ['administrator']);
    for (const role of ['operator', 'night']) {
      const policy = { tenants: [tenant], who: { roles: [role] }, may: ['read', 'write'], types: [LAMP] };
      const answer = await host.ask('PUT', `/ops/access/policies/${tenant}.${role}`, policy, root);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
    }
    const [operator, night] = [await who('op', ['operator']), await who('ni', ['night'])];

    assert.equal((await host.ask('PUT', '/dashboards/nuit', { ...BOARD, roles: ['night'] }, root)).status, 201);
    assert.equal((await host.ask('GET', '/dashboards/nuit', undefined, night)).status, 200);
    assert.equal((await host.ask('GET', '/dashboards/nuit', undefined, operator)).status, 404, 'not for this role');
    assert.deepEqual((await host.ask('GET', '/dashboards', undefined, operator)).body.dashboards, []);
    assert.equal((await host.ask('PUT', '/dashboards/nuit?version=1', BOARD, night)).status, 403, 'not its author');
    assert.equal((await host.ask('PUT', '/dashboards/mine', BOARD, night)).status, 201);

    const changed = await host.ask('PUT', '/dashboards/nuit?version=1', { ...BOARD, title: 'Deux' }, root);
    assert.deepEqual([changed.status, changed.body.version], [200, 2]);
    assert.equal((await host.ask('PUT', '/dashboards/nuit?version=1', BOARD, root)).status, 409, 'changed meanwhile');
    const { versions } = (await host.ask('GET', '/dashboards/nuit/versions', undefined, root)).body;
    assert.deepEqual([versions.length, versions[0].dashboard.title], [1, 'Nuit']);

    assert.equal((await host.ask('POST', '/dashboards/nuit/link', undefined, operator)).status, 403);
    const { link } = (await host.ask('POST', '/dashboards/nuit/link', undefined, root)).body;
    const shared = await host.ask('GET', `/dashboards/shared/${link}`);
    assert.deepEqual([shared.status, shared.body.dashboard.title], [200, 'Deux']);
    const data = await host.ask('POST', '/territory/analysis', { type: 'Streetlight' }, { 'ngsild-tenant': tenant });
    assert.equal(data.status, 401, 'a link is no right to data');
    assert.equal((await host.ask('DELETE', '/dashboards/nuit/link', undefined, root)).status, 204);
    assert.equal((await host.ask('GET', `/dashboards/shared/${link}`)).status, 404);

    for (const [body, named] of [
      [{ ...BOARD, widgets: [{ ...BOARD.widgets[0], w: 13 }] }, 'widgets.0.w'],
      [{ ...BOARD, widgets: [BOARD.widgets[0], BOARD.widgets[0]] }, 'widgets'],
      [
        { ...BOARD, widgets: [{ ...BOARD.widgets[0], kind: 'image', image: 'https://elsewhere.example/x.png' }] },
        'image',
      ],
      // Browsers read these as addresses of another site.
      [{ ...BOARD, widgets: [{ ...BOARD.widgets[0], kind: 'image', image: '/\\elsewhere.example/x.png' }] }, 'image'],
      [{ ...BOARD, widgets: [{ ...BOARD.widgets[0], kind: 'image', image: '/\t/elsewhere.example/x' }] }, 'image'],
      [{ ...BOARD, widgets: [{ ...BOARD.widgets[0], question: undefined }] }, 'question'],
      [{ ...BOARD, period: '2d' }, 'period'],
    ] as const) {
      const answer = await host.ask('PUT', '/dashboards/wrong', body, root);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.ok(answer.body.detail.includes(named), answer.body.detail);
    }
    assert.deepEqual((await host.ask('GET', '/dashboards/templates', undefined, operator)).body, {
      templates: TEMPLATES,
    });
    const taken = await host.ask('PUT', '/dashboards/reports', BOARD, root);
    assert.deepEqual([taken.status, taken.body.detail.includes('reports')], [400, true], 'nobody could open it');
    const question = { title: 'Combien', question: BOARD.widgets[0]?.question };
    assert.equal((await host.ask('PUT', '/dashboards/questions/how-many', question, night)).status, 201);
    assert.equal((await host.ask('PUT', '/dashboards/questions/how-many', question, operator)).status, 403);
  });

  test('are published by who may write all that they show, and seen by who may read it', async (t, db) => {
    const host = await startServiceHost(t, db, [dashboardService()], {
      access: 'enforced',
      jobs: true,
      settings: { PUBLIC_URL },
    });
    const tenant = freshTenant();
    const who = async (sub: string, roles: string[]) => ({
      authorization: await host.authorizationOf({ sub, roles }),
      'ngsild-tenant': tenant,
    });
    const root = await who('root', ['administrator']);
    const parking = 'https://smartdatamodels.org/dataModel.Parking/OffStreetParking';
    for (const [role, policy] of Object.entries({
      villerupt: { may: ['read', 'write'], types: [LAMP], scopeQ: '/Villerupt/#' },
      lamps: { may: ['read', 'write'], types: [LAMP] },
      reader: { may: ['read'], types: [LAMP] },
      gates: { may: ['read', 'write'], types: [parking] },
      steward: { may: ['administer'] },
    })) {
      const whole = { tenants: [tenant], who: { roles: [role] }, ...policy };
      assert.ok((await host.ask('PUT', `/ops/access/policies/${tenant}.${role}`, whole, root)).status < 300);
    }
    const open = { tenants: [tenant], who: { anyone: true }, may: ['read'], types: [parking] };
    assert.ok((await host.ask('PUT', `/ops/access/policies/${tenant}.open`, open, root)).status < 300);
    const [villerupt, lamps, reader, gates, steward] = [
      await who('v', ['villerupt']),
      await who('l', ['lamps']),
      await who('r', ['reader']),
      await who('g', ['gates']),
      await who('s', ['steward']),
    ];
    const stranger = { 'ngsild-tenant': tenant };
    const put = async (id: string, headers: Record<string, string>, roles: string[] = []) =>
      (await host.ask('PUT', `/dashboards/${id}`, { ...BOARD, roles }, headers)).status;
    const get = async (path: string, headers: Record<string, string>) =>
      (await host.ask('GET', `/dashboards/${path}`, undefined, headers)).status;

    assert.equal(await put('own', villerupt), 201, 'without roles it is their own');
    assert.equal(await put('other', villerupt, ['lamps']), 403, 'not a role of theirs');
    assert.equal(await put('team', villerupt, ['villerupt']), 201);
    assert.equal(await put('all', lamps), 201);
    assert.deepEqual([await get('own', villerupt), await get('own', reader), await get('own', root)], [200, 404, 200]);
    assert.deepEqual([await get('all', reader), await get('all', villerupt)], [200, 200]);
    assert.deepEqual([await get('all', gates), await get('all', stranger)], [404, 404], 'they read none of it');
    assert.equal((await host.ask('DELETE', '/dashboards/all', undefined, gates)).status, 404);
    assert.equal((await host.ask('PUT', '/dashboards/all?version=1', BOARD, villerupt)).status, 403);
    const { body } = await host.ask('GET', '/dashboards', undefined, stranger);
    assert.deepEqual(body.dashboards, []);

    const question = { title: 'Combien', question: BOARD.widgets[0]?.question };
    assert.equal((await host.ask('PUT', '/dashboards/questions/lamps', question, lamps)).status, 201);
    const questions = async (headers: Record<string, string>) =>
      (await host.ask('GET', '/dashboards/questions', undefined, headers)).body.questions.length;
    assert.deepEqual([await questions(reader), await questions(gates), await questions(stranger)], [1, 0, 0]);
    assert.equal((await host.ask('DELETE', '/dashboards/questions/lamps', undefined, gates)).status, 404);

    // A report on all data is for administrators who may read them all.
    const report = {
      title: 'R',
      dashboard: 'all',
      recipients: ['a@example.org'],
      language: 'fr',
      day: 1,
      isActive: true,
    };
    const schedule = async (headers: Record<string, string>) =>
      (await host.ask('PUT', '/dashboards/reports/monthly', report, headers)).status;
    assert.deepEqual([await schedule(steward), await schedule(root)], [404, 201]);
    assert.equal((await host.ask('POST', '/dashboards/reports/monthly/send', undefined, steward)).status, 404);
  });

  test('are not mailed once their author may no longer read everything, and the author is told', async (t, db) => {
    const mail = await startMailServer(t);
    const host = await startServiceHost(t, db, [dashboardService()], {
      access: 'enforced',
      jobs: true,
      settings: { PUBLIC_URL, ...mail.settings },
    });
    await migrate(db, identityMigrations, 'identity');
    const tenant = freshTenant();
    const email = `${tenant}@example.org`;
    const sub = await createAccount(db, { username: tenant, email, emailVerified: true, language: 'de' });
    const who = async (claims: object) => ({
      authorization: await host.authorizationOf({ ...claims }),
      'ngsild-tenant': tenant,
    });
    const root = await who({ sub: 'root', roles: ['administrator'] });
    const author = await who({ sub, roles: [tenant] });
    const policy = async (may: string[]) => {
      const whole = { tenants: [tenant], who: { roles: [tenant] }, may };
      const answer = await host.ask('PUT', `/ops/access/policies/${tenant}.steward`, whole, root);
      assert.ok(answer.status < 300, JSON.stringify(answer.body));
    };
    await policy(['read', 'write', 'administer']);
    const to = `reader-${email}`;
    const report = { title: 'R', dashboard: 'nuit', recipients: [to], language: 'fr', day: 1, isActive: true };
    const save = async (headers: Record<string, string>) =>
      (await host.ask('PUT', '/dashboards/reports/monthly', report, headers)).status;
    const send = async () => (await host.ask('POST', '/dashboards/reports/monthly/send', undefined, root)).status;
    const lettersTo = (address: string) => mail.letters.filter((letter) => letter.to === address).length;
    const refusedAt = async () =>
      (await host.ask('GET', '/dashboards/reports', undefined, root)).body.reports[0].refusedAt;
    assert.equal((await host.ask('PUT', '/dashboards/nuit', BOARD, author)).status, 201);
    assert.equal(await save(author), 201);
    assert.equal(await send(), 202);
    await eventually('it is sent while the author may read everything', async () => lettersTo(to) === 1);

    for (const may of [['administer'], ['read', 'write']]) {
      const told = lettersTo(email);
      await policy(may);
      assert.equal(await send(), 202);
      await eventually('the author is told', async () => lettersTo(email) === told + 1);
      assert.equal(lettersTo(to), 1, `not sent with the right to ${may} alone`);
    }
    assert.match(mail.letters.find((letter) => letter.to === email)?.subject ?? '', /Bericht nicht gesendet: R/);
    assert.notEqual(await refusedAt(), undefined, 'administrators see it too');
    const audit = await host.ask('GET', '/ops/audit?action=report.send', undefined, root);
    assert.match(JSON.stringify(audit.body), new RegExp(`token:${sub}`));

    assert.equal(await save(root), 204, 'somebody with the rights takes it over');
    assert.equal(await refusedAt(), undefined);
    assert.equal(await send(), 202);
    await eventually('it is sent in their name', async () => lettersTo(to) === 2);
  });

  test('are mailed once as a tagged PDF and CSV, and sent reports are stored', async (t, db) => {
    const mail = await startMailServer(t);
    const settings = { PUBLIC_URL, ...mail.settings };
    const host = await startServiceHost(t, db, [dashboardService()], { jobs: true, settings });
    const tenant = freshTenant();
    const own = { 'ngsild-tenant': tenant };
    const lamps = ['Villerupt', 'Villerupt', 'Thil'].map((town, n) => ({
      id: `urn:ngsi-ld:Streetlight:mail-${n}`,
      type: 'Streetlight',
      scope: `/${town}`,
      name: { type: 'Property', value: `=L${n}` },
    }));
    const written = await host.broker.client.batchUpsert(lamps, { tenant, context: CONTEXT });
    assert.deepEqual(written.errors ?? [], []);
    assert.equal((await host.ask('PUT', '/dashboards/nuit', BOARD, own)).status, 201);
    const report = {
      title: 'Rapport d’été',
      dashboard: 'nuit',
      recipients: ['a@example.org', 'b@example.org'],
      language: 'fr',
      day: 1,
      isActive: true,
    };
    const wrong = await host.ask('PUT', '/dashboards/reports/monthly', { ...report, dashboard: 'none' }, own);
    assert.equal(wrong.status, 400);
    assert.equal((await host.ask('PUT', '/dashboards/reports/monthly', report, own)).status, 201);
    const jobs = await host.ask('GET', '/ops/jobs/dashboards.send-report');
    const recurrence =
      jobs.body.recurrences?.find(({ key }: { key: string }) => key === `${tenant}/monthly`) ?? jobs.body;
    assert.match(JSON.stringify(recurrence), /0 6 1 \* \*/, 'on the first of the month');

    assert.equal((await host.ask('POST', '/dashboards/reports/monthly/send', undefined, own)).status, 202);
    const ofTenant = () => mail.letters.filter(({ to }) => ['a@example.org', 'b@example.org'].includes(to));
    await eventually('both have it', async () => ofTenant().length >= 2);
    assert.match(ofTenant()[0]?.text ?? '', /application\/pdf[\s\S]*text\/csv/);
    const [sent] = (await host.ask('GET', '/dashboards/reports', undefined, own)).body.sent;
    assert.deepEqual(sent.delivered.sort(), report.recipients);

    const csv = await host.ask('GET', `/dashboards/reports/sent/${sent.id}/csv`, undefined, own);
    assert.match(String(csv.body), /Par commune\r\nCommune;Valeur\r\nVillerupt;2\r\nThil;1/);
    const pdf = await host.app.inject({ url: `/dashboards/reports/sent/${sent.id}/pdf`, headers: own });
    const text = pdf.rawPayload.toString('latin1');
    // Rules of PDF/UA-1 (ISO 14289-1) that a test of the file can check: 5, 7.1, 7.2, 7.5, 7.21.
    for (const [rule, pattern] of [
      ['it says that it is PDF/UA', /pdfuaid:part/],
      ['it is tagged', /\/Marked true/],
      ['it has a structure', /\/StructTreeRoot/],
      ['it has a language', /\/Lang \(fr\)/],
      ['its title is shown', /\/DisplayDocTitle true/],
      ['tables have header cells', /\/S \/TH/],
      ['header cells say what they head', /\/Scope \/Column/],
      ['headings have levels', /\/S \/H1[\s\S]*\/S \/H2/],
      ['tabs follow the structure', /\/Tabs \/S/],
    ] as const) {
      assert.match(text, pattern, rule);
    }
    const fonts = text.match(/\/Type \/FontDescriptor[\s\S]*?>>/g) ?? [];
    assert.ok(fonts.length > 0);
    for (const font of fonts) assert.match(font, /\/FontFile/, 'fonts are embedded');
  });
});
