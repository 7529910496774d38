import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { type Answer, startWebServer } from './support/web-server.ts';

/* What the server answers here has the form of SIRI 2 Situation Exchange in JSON, in the forms that servers give it. */

type Text = { readonly value: string; readonly languageMap?: object };
type Moment = { readonly value: { readonly '@value': string } };
type Alert = { readonly [name in 'title' | 'description' | 'alertSource']: Text } & {
  readonly [name in 'category' | 'subCategory' | 'severity' | 'effect']: { readonly value: unknown };
} & { readonly [name in 'affectedRoute' | 'affectedStop']: { readonly object: unknown } } & {
  readonly [name in 'validFrom' | 'validTo']: Moment;
};

const HOUR = 3_600_000;
const iso = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();
const delivery = (situations: unknown, more: object = {}) => ({
  Siri: {
    ServiceDelivery: {
      ...{ ResponseTimestamp: iso(0), ProducerRef: { value: 'TEST' }, Status: true, MoreData: false },
      SituationExchangeDelivery: [{ Status: 'true', Situations: { PtSituationElement: situations }, ...more }],
    },
  },
});
const situation = (number: string, more: object = {}) => ({
  ...{ CreationTime: iso(-5), SituationNumber: { value: number }, Progress: 'published', Severity: 'normal' },
  ValidityPeriod: [{ StartTime: iso(-1), EndTime: iso(3) }],
  Summary: [{ value: `Situation ${number}`, lang: 'FR' }],
  ...more,
});

for (const database of chosenBy('siri-sources', testDatabases())) {
  describe(`disruptions by SIRI Lite on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    async function make(id: string, url: string, more: object = {}) {
      const from = { situations: `${url}/siri-lite/2.0/situation-exchange.json?LineRef=4` };
      const made = await ask('POST', '/sources', { id, name: id, kind: 'siri', feed: 'FR-x', from, ...more });
      assert.equal(made.status, 201, JSON.stringify(made.body));
    }
    const run = async (id: string) => (await ask('POST', `/sources/${id}/run`)).body;
    const entity = async (id: string) =>
      (await territory()).entity(`urn:ngsi-ld:Alert:${id}`) as Promise<Alert | undefined>;
    const alert = (id: string) => eventually(`alert ${id}`, () => entity(id));

    test('situations become alerts of stops and lines in their languages, and end with them', async (t) => {
      const [from, to] = [iso(-2), iso(4)];
      const works = situation('works', {
        Version: '2',
        ValidityPeriod: [
          { StartTime: iso(-1), EndTime: iso(1) },
          { StartTime: from, EndTime: to },
        ],
        Severity: 'severe',
        Summary: [
          { value: 'Travaux <b>rue</b>&nbsp;Haute', lang: 'FR' },
          { value: 'Works', lang: 'EN' },
        ],
        Description: { value: 'Arrêt <br/>reporté' },
        Consequences: { Consequence: { Condition: 'diverted' } },
        Affects: {
          Networks: { AffectedNetwork: { AffectedLine: [{ LineRef: { value: 'L:4' } }, { LineRef: 'L:5' }] } },
          StopPoints: { AffectedStopPoint: { StopPointRef: { value: 'S:1' } } },
        },
      });
      let situations: unknown = [
        situation('works', { Version: '1' }),
        works,
        situation('works', { Version: '1' }),
        situation('closed', { Progress: 'closed' }),
        situation('over', { ValidityPeriod: { StartTime: iso(-9), EndTime: iso(-1) } }),
        situation('later', { PublicationWindow: { StartTime: iso(2) } }),
        // A list with one member, times in milliseconds, and no end.
        situation('open', { ValidityPeriod: { StartTime: String(Date.parse(from)) }, Summary: 'Sans langue' }),
      ];
      const server = await startWebServer(() => ({ body: delivery(situations) }));
      t.after(() => server.close());
      await make('sx', server.url);
      const { outcome, rows, refused } = await run('sx');
      assert.deepEqual([outcome, rows, refused], ['ok', 7, 0]);
      const shown = await alert('sx:works');
      assert.deepEqual(shown.title.languageMap, { fr: 'Travaux rue Haute', en: 'Works' });
      assert.equal(shown.description.value, 'Arrêt reporté');
      assert.deepEqual(
        (['category', 'subCategory', 'severity', 'effect'] as const).map((name) => shown[name].value),
        ['traffic', 'publicTransport', 'high', 'detour'],
      );
      assert.deepEqual([shown.validFrom.value['@value'], shown.validTo.value['@value']], [from, to]);
      assert.deepEqual(shown.affectedRoute.object, [
        'urn:ngsi-ld:GtfsRoute:FR-x:L%3A4',
        'urn:ngsi-ld:GtfsRoute:FR-x:L%3A5',
      ]);
      assert.deepEqual([shown.affectedStop.object].flat(), ['urn:ngsi-ld:GtfsStop:FR-x:S%3A1']);
      assert.doesNotMatch(shown.alertSource.value, /LineRef/);
      const open = await alert('sx:open');
      assert.deepEqual(
        [open.title.value, open.validFrom.value['@value'], open.validTo],
        ['Sans langue', from, undefined],
      );
      for (const absent of ['closed', 'over', 'later']) assert.equal(await entity(`sx:${absent}`), undefined);

      situations = works;
      assert.equal((await run('sx')).outcome, 'ok');
      await eventually('the end of a disruption', async () => (await entity('sx:open')) === undefined);
      assert.ok(await entity('sx:works'));
    });

    test('times without a zone are those of the source', async (t) => {
      const server = await startWebServer(() => ({
        body: delivery(situation('local', { ValidityPeriod: { StartTime: '2026-07-01T08:00:00' } })).Siri,
      }));
      t.after(() => server.close());
      await make('siri-local', server.url, { timeZone: 'Europe/Paris' });
      assert.equal((await run('siri-local')).outcome, 'ok');
      assert.equal((await alert('siri-local:local')).validFrom.value['@value'], '2026-07-01T06:00:00.000Z');
    });

    test('a server that misbehaves fails, and takes no disruption away', async (t) => {
      let given: Answer = { body: delivery([situation('stays'), { Progress: 'open' }]) };
      const server = await startWebServer(() => given);
      t.after(() => server.close());
      await make('siri-bad', server.url);
      const first = await run('siri-bad');
      assert.deepEqual([first.outcome, first.refused], ['ok', 1]);
      await alert('siri-bad:stays');
      const refusal = (name: string) => ({
        body: delivery([], { Status: false, ErrorCondition: { [name]: { ErrorText: 'not today' } } }),
      });
      const failures: readonly (readonly [Answer, RegExp])[] = [
        [refusal('AllowedResourceUsageExceededError'), /AllowedResourceUsageExceededError: not today/],
        [{ body: '<Siri xmlns="http://www.siri.org.uk/siri"/>' }, /answered no JSON/],
        [{ body: { error: 'no key' } }, /no ServiceDelivery/],
        [{ status: 503 }, /answered 503/],
      ];
      for (const [answer, message] of failures) {
        given = answer;
        const failed = await run('siri-bad');
        assert.equal(failed.outcome, 'failed');
        assert.match(failed.message, message);
      }
      assert.ok(await entity('siri-bad:stays'));
      given = refusal('NoInfoForTopicError');
      assert.equal((await run('siri-bad')).outcome, 'ok', 'nothing to tell is no failure');
      await eventually('the end of the disruption', async () => (await entity('siri-bad:stays')) === undefined);
    });
  });
}
