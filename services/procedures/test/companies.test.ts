import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startMailServer } from '../../channels/test/support/mail-server.ts';
import type { Vouched } from '../src/contract/contract.ts';
import { citizenOf, startProcedureHost } from './support/procedure-host.ts';

const NAMES = { fr: 'Vous', en: 'You', de: 'Sie', lb: 'Dir' };
const OWN = '/citizen/v1/procedures/account';
const COMPANIES = `${OWN}/companies`;
const SIREN = '732829320';
const SIRET = '73282932000074';
const PROCEDURE = {
  title: NAMES,
  summary: NAMES,
  topic: 'companies',
  audience: ['company'],
  contact: { email: 'optional', phone: 'none' },
  service: { name: NAMES, email: 'voirie@example.org' },
  deadline: { amount: 2, unit: 'months', silence: 'none', resume: 'reset' },
  missingPartsDays: 15,
  functions: [],
  privacy: { purpose: NAMES, legalBasis: 'publicTask', keepDays: 365 },
  form: { sections: [{ id: 'you', title: NAMES, fields: [{ id: 'wish', kind: 'text', label: NAMES }] }] },
  states: [
    { id: 'received', name: NAMES, kind: 'open', actions: [{ id: 'end', name: NAMES, to: 'done' }] },
    { id: 'done', name: NAMES, kind: 'done', actions: [] },
  ],
};

for (const database of testDatabases()) {
  test(`the people of a company share its requests, a stranger with its number sees nothing, and a removal counts at once (${database.label})`, async (t) => {
    const mail = await startMailServer(t);
    const vouched = new Map<string, Vouched>();
    const host = await startProcedureHost(t, await database.open(), {
      access: 'enforced',
      jobs: true,
      settings: mail.settings,
      ports: { vouched: { of: async (person: string) => vouched.get(person) } },
    });
    const tenant = { 'ngsild-tenant': 'companies' };
    const as = async (sub: string, roles: readonly string[] = []) => ({
      ...tenant,
      authorization: await host.authorizationOf({ sub, roles }),
    });
    const root = await as('root', ['administrator']);
    const saved = await host.ask('PUT', '/procedures/terrace', PROCEDURE, root);
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    assert.equal((await host.ask('POST', '/procedures/terrace/publish', undefined, root)).status, 200);
    const [owner, colleague, stranger] = await Promise.all(['owner', 'colleague', 'stranger'].map((sub) => as(sub)));
    assert.ok(owner && colleague && stranger);
    type Headers = typeof owner;
    const companiesOf = async (headers: Headers) =>
      (await host.ask('GET', COMPANIES, undefined, headers)).body.companies;

    // A number with a wrong digit is no company; the stranger's group of the same number is another one.
    const founding = (number: string, person: string) => ({
      number,
      name: 'Menuiserie',
      person,
      email: `${person}@example.org`,
    });
    const wrong = await host.ask('POST', COMPANIES, founding('732829321', 'owner'), owner);
    assert.deepEqual([wrong.status, wrong.body.detail.includes('SIREN')], [400, true], JSON.stringify(wrong.body));
    const by = { by: 'ProConnect', at: '2026-12-01T08:00:00.000Z' };
    vouched.set('owner', { ...by, claims: { siret: SIRET } });
    const founded = await host.ask('POST', COMPANIES, founding('732 829 320', 'owner'), owner);
    assert.equal(founded.status, 201, JSON.stringify(founded.body));
    assert.deepEqual([founded.body.number, founded.body.checkedBy, founded.body.role], [SIREN, 'ProConnect', 'owner']);
    const same = await host.ask('POST', COMPANIES, founding(SIRET, 'stranger'), stranger);
    assert.deepEqual([same.status, same.body.checkedBy], [201, undefined], 'nobody vouches for the stranger');
    const luxembourg = await host.ask('POST', COMPANIES, founding('LU 15027442', 'stranger'), stranger);
    assert.equal(luxembourg.body.number, 'LU15027442');
    const { id: company } = founded.body;

    const body = {
      version: 1,
      language: 'fr',
      applicant: { kind: 'citizen', name: 'O', email: 'owner@example.org' },
      answers: { wish: 'a' },
    };
    const sendFor = (headers: Headers, of: string, key: string) =>
      host.ask('POST', `${OWN}/terrace/dossiers?company=${of}`, body, { ...headers, 'idempotency-key': key });
    const sent = await sendFor(owner, company, 'one');
    assert.equal(sent.status, 201, JSON.stringify(sent.body));
    const desk = (await host.ask('GET', `/procedures/dossiers/${sent.body.id}`, undefined, root)).body;
    assert.deepEqual(
      [desk.applicant.kind, desk.applicant.forName, desk.vouched],
      ['company', `Menuiserie (${SIREN})`, { by: 'ProConnect', at: desk.vouched.at, fields: ['applicant.forName'] }],
    );
    for (const other of [stranger, colleague]) {
      assert.equal((await host.ask('GET', `${COMPANIES}/${company}/dossiers`, undefined, other)).status, 404);
      assert.equal((await sendFor(other, company, 'theirs')).status, 404);
      const asked = { person: 'x', email: 'x@example.org', role: 'owner', language: 'fr' };
      assert.equal((await host.ask('POST', `${COMPANIES}/${company}/members`, asked, other)).status, 404);
      const gone = await host.ask('DELETE', `${COMPANIES}/${company}/members/${founded.body.member}`, undefined, other);
      assert.equal(gone.status, 404);
    }
    assert.deepEqual(
      (await host.ask('GET', `${COMPANIES}/${same.body.id}/dossiers`, undefined, stranger)).body.dossiers,
      [],
    );

    // The invitation comes by mail, and is accepted by one person, also when two try at once.
    const invitation = { person: 'C', email: 'colleague@example.org', role: 'member', language: 'de' };
    const invited = await host.ask('POST', `${COMPANIES}/${company}/members`, invitation, owner);
    assert.equal(invited.status, 201, JSON.stringify(invited.body));
    await eventually('the invitation is mailed', () =>
      mail.letters.some(
        ({ to, text }) => to.includes('colleague@example.org') && plain(text).includes(invited.body.link),
      ),
    );
    const token = invited.body.link.split('/').at(-1);
    const joins = await Promise.all(
      [colleague, colleague].map((who) => host.ask('POST', `${COMPANIES}/join`, { token }, who)),
    );
    assert.deepEqual(joins.map(({ status }) => status).sort(), [200, 404]);
    assert.equal((await host.ask('POST', `${COMPANIES}/join`, { token }, stranger)).status, 404, 'it is used');
    assert.equal((await host.ask('POST', `${COMPANIES}/join`, { token: 'x.y' }, stranger)).status, 404);
    assert.deepEqual(
      (await companiesOf(colleague)).map((each: { role: string; members?: unknown }) => [each.role, each.members]),
      [['member', undefined]],
    );
    const inviting = await host.ask('POST', `${COMPANIES}/${company}/members`, invitation, colleague);
    assert.equal(inviting.status, 403, 'only owners invite');

    // The colleague continues what the owner sent, and the other way round.
    const citizen = citizenOf(host, tenant);
    const shown = (await host.ask('GET', `${COMPANIES}/${company}/dossiers`, undefined, colleague)).body.dossiers;
    assert.deepEqual(
      shown.map(({ id }: { id: string }) => id),
      [sent.body.id],
    );
    const link = `/follow/${shown[0].token}`;
    assert.equal((await citizen.post(`${link}/messages`, { text: 'Le plan suit' })).status, 200);
    const theirs = await sendFor(colleague, company, 'two');
    assert.equal(theirs.status, 201, JSON.stringify(theirs.body));
    assert.equal((await citizen.get(`/follow/${theirs.body.token}`)).status, 200);
    assert.deepEqual((await host.ask('GET', `${OWN}/dossiers`, undefined, colleague)).body.dossiers, []);

    // The last owner stays; who is removed has neither the company, nor its links, nor mails.
    const stays = await host.ask('DELETE', `${COMPANIES}/${company}/members/${founded.body.member}`, undefined, owner);
    assert.equal(stays.status, 409, JSON.stringify(stays.body));
    const removed = await host.ask(
      'DELETE',
      `${COMPANIES}/${company}/members/${invited.body.member}`,
      undefined,
      owner,
    );
    assert.equal(removed.status, 204);
    assert.deepEqual(await companiesOf(colleague), []);
    for (const each of [shown[0].token, theirs.body.token]) {
      assert.equal((await citizen.get(`/follow/${each}`)).status, 404);
      assert.equal((await citizen.post(`/follow/${each}/withdraw`, {})).status, 404);
    }
    assert.equal((await sendFor(colleague, company, 'three')).status, 404);
    const before = mail.letters.length;
    const said = { act: 'message', text: 'Venez signer' };
    assert.equal((await host.ask('POST', `/procedures/dossiers/${theirs.body.id}/acts`, said, root)).status, 200);
    await eventually('the owner is told instead', () =>
      mail.letters.slice(before).some(({ text }) => text.includes('Venez signer')),
    );
    const told = mail.letters.slice(before).find(({ text }) => text.includes('Venez signer'));
    const fromMail = plain(told?.text ?? '').match(/follow\/([^\s]+)/)?.[1];
    assert.equal((await citizen.get(`/follow/${fromMail}`)).status, 200, 'the link of the owner');
    const all = (await host.ask('GET', `${COMPANIES}/${company}/dossiers`, undefined, owner)).body.dossiers;
    assert.equal(all.length, 2);

    // With the account the right ends.
    assert.ok(host.forget);
    await host.forget('owner');
    assert.deepEqual(await companiesOf(owner), []);
    assert.equal((await citizen.get(`/follow/${sent.body.token}`)).status, 404);

    // One checked group of a company, also when several found it at once.
    for (const sub of ['a', 'b', 'c']) vouched.set(sub, { ...by, claims: { siret: '35600000000048' } });
    const foundings = await Promise.all(
      ['a', 'b', 'c'].map(async (sub) => host.ask('POST', COMPANIES, founding('356000000', sub), await as(sub))),
    );
    assert.deepEqual(foundings.map(({ status }) => status).sort(), [201, 409, 409]);
  });
}

/** A mail's text as its reader has it. */
function plain(text: string): string {
  return text.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
}
