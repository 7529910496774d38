import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import { declaredOperations, PARAMETER } from './support/declared-operations.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';
import { ownDatabase } from './support/own-database.ts';

/*
 * A value that a reader may not read is in no answer of any operation: entities, history, counts, the map, exports,
 * explanations of rules, alarms and measures. Every GET of the OpenAPI document is asked, with the lamp or the rule as its
 * object; a new operation is included by itself. The administrator gets the value by many of them, so the walk is not empty.
 */
const HIDDEN = 'kept-from-readers';
const ATTRIBUTE = 'powerState';
const LAMP = 'urn:ngsi-ld:Streetlight:with-secret';
const RULE = {
  id: 'urn:ngsi-ld:Rule:on-secret',
  name: { fr: 'Secret', en: 'Secret' },
  text: { fr: '{entity} {value}', en: '{entity} {value}' },
  scope: { types: ['Streetlight'] },
  when: { attr: ATTRIBUTE, op: '!=', value: 'on' },
  clear: { when: { attr: ATTRIBUTE, op: '==', value: 'on' } },
  severity: 'high',
  category: 'lighting',
};
/** Streams never end. */
const NOT_ASKED: ReadonlySet<string> = new Set(['/events', '/mcp', '/ops/audit/export']);

const hour = 3_600_000;
const period = () => ({
  from: new Date(Date.now() - hour).toISOString(),
  to: new Date(Date.now() + hour).toISOString(),
});

/** Further requests: of operations that need a body, or parameters. */
function furtherRequests(alarm: string): readonly (readonly [method: 'GET' | 'POST', url: string, body?: object])[] {
  const lamps = [{ type: 'Streetlight' }];
  const layers = [{ id: 'lamps', type: 'Streetlight', attribute: ATTRIBUTE, show: [ATTRIBUTE] }];
  return [
    ['GET', `/ngsi-ld/v1/entities?type=Streetlight`],
    ['GET', `/ngsi-ld/v1/entities?type=Streetlight&q=${ATTRIBUTE}=="${HIDDEN}"`],
    ['GET', `/ngsi-ld/v1/entities?type=Streetlight&orderBy=${ATTRIBUTE}`],
    ['GET', `/ngsi-ld/v1/temporal/entities?type=Streetlight&timerel=after&timeAt=2020-01-01T00:00:00Z`],
    ['POST', '/ngsi-ld/v1/entityOperations/query', { type: 'Query', entities: lamps }],
    ['POST', '/territory/map', { layers, zoom: 16, box: [5.9, 49.4, 6, 49.5] }],
    ['POST', '/territory/map/list', { layers }],
    ['POST', '/territory/analysis', { type: 'Streetlight', group: [{ by: 'attribute', attribute: ATTRIBUTE }] }],
    ['GET', `/territory/search?q=${HIDDEN}`],
    ['POST', '/rules/backtest', { rule: RULE, ...period() }],
    ['POST', `/rules/${RULE.id}/backtest`, period()],
    ['GET', `/rules/${RULE.id}/explain?entity=${LAMP}`],
    ['GET', `/rules/explain?alarm=${alarm}`],
    ['GET', `/mobility/counters/${LAMP}?attribute=${ATTRIBUTE}`],
    ['POST', '/assistant/tools/get_entity', { id: LAMP }],
    ['POST', '/assistant/tools/explain_value', { id: LAMP, attribute: ATTRIBUTE }],
    ['POST', '/assistant/tools/explain_rule', { rule: RULE.id, entity: LAMP }],
  ];
}

test('a value that a reader may not read is in no answer of any operation', { timeout: 240_000 }, async (t) => {
  const { TEST_DATABASE_URL } = process.env;
  const own = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'hidden');
  const { app, publicUrl, authorizationOf } = await startGuardedPlatform(t, own && { DATABASE_URL: own.url });
  t.after(() => own?.drop());
  const context = `${publicUrl}${TERRITORY_CONTEXT_PATH}`;
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const as = async (role: string) => {
    const authorization = await authorizationOf(role, role);
    return async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) => {
      const type = payload && '@context' in payload ? 'application/ld+json' : 'application/json';
      const headers = {
        authorization,
        ...(payload && { 'content-type': type }),
        ...(payload && !('@context' in payload) && { link }),
      };
      const { statusCode, body } = await app.inject({
        method,
        url,
        headers,
        ...(payload && { payload: JSON.stringify(payload) }),
      });
      return { status: statusCode, body };
    };
  };
  const [root, reader] = [await as('administrator'), await as('reader')];
  const made = async (method: 'POST' | 'PUT', url: string, body: object) => {
    const answer = await root(method, url, body);
    assert.ok(answer.status < 300, `${url}: ${answer.status} ${answer.body}`);
  };
  await made('PUT', '/ops/access/policies/readers', {
    who: { roles: ['reader'] },
    may: ['read'],
    types: ['Streetlight'],
    exceptAttributes: [ATTRIBUTE],
  });
  await made('PUT', '/insights/uses/assistant-tools', { isOn: true });
  await made('POST', '/rules', RULE);
  await made('POST', '/ngsi-ld/v1/entities', {
    '@context': context,
    id: LAMP,
    type: 'Streetlight',
    name: { type: 'Property', value: 'Lampe' },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.93, 49.47] } },
    [ATTRIBUTE]: { type: 'Property', value: HIDDEN, observedAt: new Date().toISOString() },
  });
  const alarm = await eventually('the rule raises an alarm', async () => {
    const { body } = await root('GET', '/alarms');
    return (JSON.parse(body).alarms as { id: string }[])[0]?.id;
  });

  const asked = declaredOperations((await app.inject('/openapi')).json()).filter(
    ({ method, path }) => method === 'GET' && !NOT_ASKED.has(path),
  );
  const requests = [
    ...asked
      .flatMap(({ path }) =>
        PARAMETER.test(path)
          ? [LAMP, RULE.id, alarm, 'Streetlight', ATTRIBUTE].map((id) =>
              path.replaceAll(/\{\w+\}/g, encodeURIComponent(id)),
            )
          : [path],
      )
      .map((url) => ['GET', url] as const),
    ...furtherRequests(alarm),
  ];
  const shown: string[] = [];
  let controls = 0;
  for (const [method, url, body] of requests) {
    const answer = await reader(method, url, body);
    if (answer.status < 300 && answer.body.includes(HIDDEN))
      shown.push(`${method} ${url}: ${answer.body.slice(0, 300)}`);
    if ((await root(method, url, body)).body.includes(HIDDEN)) controls += 1;
  }
  assert.deepEqual(shown, []);
  assert.ok(controls >= 12, `the administrator got the value ${controls} times`);
});
