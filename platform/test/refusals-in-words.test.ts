import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { REFUSALS, refusalOf } from '../../mobile/src/citizen/refusal.ts';
import { keeper as keeperDe } from '../../mobile/src/i18n/keeper/de.ts';
import { keeper as keeperEn } from '../../mobile/src/i18n/keeper/en.ts';
import { keeper as keeperFr } from '../../mobile/src/i18n/keeper/fr.ts';
import { keeper as keeperLb } from '../../mobile/src/i18n/keeper/lb.ts';
import { refusal as de } from '../../mobile/src/i18n/report/de.ts';
import { refusal as en } from '../../mobile/src/i18n/report/en.ts';
import { refusal as fr } from '../../mobile/src/i18n/report/fr.ts';
import { refusal as lb } from '../../mobile/src/i18n/report/lb.ts';
import { memberOf } from '../../mobile/src/keeper/entry.ts';
import { solve } from '../../mobile/src/report/sending/proof.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

/*
 * What the API refuses of a report is shown by the app as a sentence in the reader's language, never as the API's text.
 * Each member that the API declares is sent wrong, so a new one needs words too.
 */

const GOOD = {
  category: 'street-light',
  location: { lat: 49.47, lon: 5.93 },
  description: 'La lampe ne marche plus',
  language: 'fr',
};
/** Members that the app fills in itself, without a field. */
const WITHOUT_FIELD: ReadonlySet<string> = new Set(['language', 'device', 'source', 'contact', 'address']);
/** Refused by more than the schema: the body, and the words that the reader needs. */
const RAISED: readonly (readonly [body: object, why: string])[] = [
  [{ ...GOOD, category: 'no-such-category' }, 'category'],
  [{ ...GOOD, description: 'voir https://example.com' }, 'description'],
  [{ ...GOOD, attributes: { none: 'x' } }, 'answers'],
  [{ ...GOOD, photos: ['not-a-token'] }, 'photo'],
  [{ ...GOOD, asset: 'urn:ngsi-ld:Streetlight:none' }, 'asset'],
  [{ ...GOOD, location: { lat: 0, lon: 0 } }, 'place'],
  [GOOD, 'proof'],
];

test('every refusal of a report has words in each language, and none are the API’s', async (t) => {
  const { app } = await startGuardedPlatform(t);
  const post = async (payload: object) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/citizen/v1/reports',
      headers: { 'idempotency-key': `k${Math.random()}`.padEnd(30, '0') },
      payload,
    });
    const { detail } = answer.json() as { detail: string };
    return { status: answer.statusCode, message: detail };
  };
  const { paths } = (await app.inject({ url: '/openapi' })).json();
  const { schema } = paths['/citizen/v1/reports'].post.requestBody.content['application/json'];
  const members = Object.keys(schema.properties);
  assert.ok(members.length > 5, members.join());
  for (const member of members) {
    const refused = await post({ ...GOOD, [member]: { wrong: [] } });
    assert.equal(refused.status, 400, `${member}: ${refused.message}`);
    const why = refusalOf(refused);
    if (!WITHOUT_FIELD.has(member)) assert.notEqual(why, 'other', `${member}: ${refused.message}`);
  }
  const faults: string[] = [];
  for (const [body, why] of RAISED) {
    const challenge = (await app.inject({ url: '/citizen/v1/reports/challenge' })).json();
    const refused = await post(why === 'proof' ? body : { ...body, proof: await solve(challenge) });
    if (refused.status < 400 || refusalOf(refused) !== why) faults.push(`${why}: ${JSON.stringify(refused)}`);
  }
  assert.deepEqual(faults, []);

  for (const words of [fr, en, de, lb]) {
    assert.deepEqual(Object.keys(words), [...REFUSALS]);
    for (const sentence of Object.values(words)) assert.match(sentence, /^\p{Lu}.*[.]$/u);
  }
});

test('each field of a keeper’s entry that the API refuses has a name in each language', async (t) => {
  const { app } = await startGuardedPlatform(t);
  const { paths } = (await app.inject({ url: '/openapi' })).json();
  const { schema } = paths['/citizen/v1/keepers/{token}/proposal'].put.requestBody.content['application/json'];
  const members = Object.keys(schema.properties).filter((member) => member !== 'texts' && member !== 'image');
  assert.ok(members.length > 3, members.join());
  for (const member of members) {
    const refused = await app.inject({
      method: 'PUT',
      url: '/citizen/v1/keepers/none/proposal',
      headers: { 'if-match': '"1"' },
      payload: { texts: {}, [member]: '' },
    });
    assert.equal(refused.statusCode, 400, refused.body);
    const named = memberOf((refused.json() as { detail: string }).detail);
    for (const words of [keeperFr, keeperEn, keeperDe, keeperLb])
      assert.ok(named && named in words.field, `${member}: ${refused.body}`);
  }
});

test('no page of the app shows what the API says of a refusal: it is English and for programs', () => {
  const root = new URL('../../mobile/src/', import.meta.url).pathname;
  const raw = globSync('**/*.vue', { cwd: root }).filter((file) => {
    const [, template = ''] = readFileSync(root + file, 'utf8').split('<template>');
    return /(?<!')\b(?:cause|error|problem|refusal|failure)\??\.(?:message|detail|title)\b/.test(template);
  });
  assert.deepEqual(raw, []);
});
