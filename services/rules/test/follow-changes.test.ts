import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { RuleDocument } from '../src/rules.ts';
import { databaseKinds, sharedRules } from './support/rules-platform.ts';

const HOUR = 3_600_000;
const LAMP = 'urn:ngsi-ld:Streetlight:1';

const failure: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:lamp-failure',
  name: { fr: 'Lampe en panne', en: 'Lamp failure' },
  scope: { types: ['Streetlight'] },
  when: { attr: 'status', op: '==', value: 'defectiveLamp' },
  clear: { whenOver: true },
  severity: 'medium',
  text: { fr: '{entity} ne s’allume plus ({value})', en: '{entity} does not light ({value})' },
  actions: [
    { on: 'raise', type: 'notify', channel: 'push', to: 'group:lighting' },
    { on: 'raise', type: 'update', attr: 'circuit', value: 'checked' },
  ],
};

function lamp(status: string, at: number, id = LAMP): { id: string; type: string; [name: string]: unknown } {
  return {
    id,
    type: 'Streetlight',
    scope: '/Villerupt',
    name: { type: 'Property', value: 'VIL-001' },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.93, 49.46] } },
    status: { type: 'Property', value: status, observedAt: new Date(at).toISOString() },
  };
}

for (const kind of databaseKinds()) {
  describe(`Rules follow the changes in a broker (${kind.label})`, () => {
    const fresh = sharedRules(kind);
    test('from a change of an entity to an alarm and back, with its evidence', async () => {
      const rules = await fresh();
      await rules.client.createEntity(lamp('ok', Date.now() - 60_000));
      await rules.put(failure);
      // An entity that existed before the rule counts as well.
      await rules.client.createEntity(lamp('defectiveLamp', Date.now() - 60_000, 'urn:ngsi-ld:Streetlight:2'));
      await eventually('the alarm of a lamp that is new', () => rules.acts.length === 1 || undefined);

      const failedAt = Date.now() - 1000;
      await rules.client.batchUpsert([lamp('defectiveLamp', failedAt)], { update: true });
      const raised = await eventually('the alarm', () => rules.acts.find(({ details }) => details?.entity.id === LAMP));
      assert.equal(raised.kind, 'raise');
      assert.equal(raised.at, new Date(failedAt).toISOString());
      assert.match(raised.alarm, /^urn:ngsi-ld:Alert:[0-9a-f]{24}$/);
      assert.deepEqual(raised.details?.rule, { id: failure.id, version: 1, name: 'Lampe en panne' });
      assert.deepEqual(raised.details?.scope, ['/Villerupt']);
      assert.deepEqual(raised.details?.location, { type: 'Point', coordinates: [5.93, 49.46] });
      assert.equal(raised.details?.text.fr, 'VIL-001 ne s’allume plus (lampe en panne)');
      assert.deepEqual(raised.details?.actions, [failure.actions?.[0]]);
      assert.equal(raised.evidence?.condition, 'status == defectiveLamp');
      assert.deepEqual(raised.evidence?.values, [{ attr: 'status', at: raised.at, value: 'defectiveLamp' }]);
      await eventually('the attribute that the rule writes', async () => {
        const entity = await rules.client.retrieveEntity(LAMP, { format: 'simplified' });
        return entity?.circuit === 'checked' || undefined;
      });

      await rules.client.batchUpsert([lamp('ok', failedAt + 500)], { update: true });
      const cleared = await eventually('its end', () =>
        rules.acts.find(({ alarm, kind }) => alarm === raised.alarm && kind === 'clear'),
      );
      assert.equal(cleared.reason, 'condition');
      await rules.client.deleteEntity('urn:ngsi-ld:Streetlight:2');
      await eventually(
        'the end of the other',
        () => rules.acts.some(({ reason }) => reason === 'entityRemoved') || undefined,
      );
      assert.equal(rules.acts.length, 4);
    });

    test('through the severities of its steps', async () => {
      const rules = await fresh();
      const id = 'urn:ngsi-ld:WasteContainer:1';
      const full: RuleDocument = {
        id: 'urn:ngsi-ld:Rule:full',
        name: { fr: 'Plein', en: 'Full' },
        scope: { types: ['WasteContainer'] },
        when: { attr: 'fillingLevel', op: '>=', value: 0.8 },
        clear: { when: { attr: 'fillingLevel', op: '<', value: 0.6 } },
        steps: [{ severity: 'high', when: { attr: 'fillingLevel', op: '>=', value: 0.95 } }],
        severity: 'medium',
      };
      await rules.put(full);
      const level = async (value: number) => {
        const fillingLevel = { type: 'Property', value, observedAt: new Date().toISOString() };
        await rules.client.batchUpsert([{ id, type: 'WasteContainer', fillingLevel }], { update: true });
      };
      for (const [n, value] of [0.85, 0.97, 0.9, 0.5].entries()) {
        await level(value);
        if (value !== 0.9)
          await eventually('what follows', () => rules.acts.length === Math.min(n + 1, 3) || undefined);
        if (value !== 0.97) continue;
        const { body } = await rules.ask('GET', `/rules/${full.id}/explain?entity=${id}`);
        const [{ steps }] = body.causes as [{ steps: unknown }];
        assert.deepEqual(steps, [{ severity: 'high', raisedBy: 'fillingLevel >= 0.95', state: 'reached' }]);
      }
      assert.deepEqual(
        rules.acts.map(({ kind: act, details }) => [act, details?.severity]),
        [
          ['raise', 'medium'],
          ['update', 'high'],
          ['clear', undefined],
        ],
      );
    });

    test('once, even if the port fails for a while and the rule is saved again', async () => {
      const rules = await fresh();
      await rules.put(failure);
      rules.refuse(true);
      await rules.client.createEntity(lamp('defectiveLamp', Date.now()));
      await new Promise((resolve) => setTimeout(resolve, 700));
      rules.refuse(false);
      const raised = await eventually('the alarm', () => rules.acts[0]);
      await rules.put({ ...failure, severity: 'high', name: { fr: 'Autre nom', en: 'Another name' } });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.deepEqual(
        rules.acts.map(({ kind }) => kind),
        ['raise'],
        'a new name is no new alarm',
      );
      await rules.put({ ...failure, when: { attr: 'status', op: '!=', value: 'ok' } });
      await eventually('the alarm by the new condition', () => (rules.acts.length === 3 ? true : undefined));
      assert.deepEqual(
        rules.acts.slice(1).map(({ kind, reason }) => [kind, reason]),
        [
          ['clear', 'ruleRemoved'],
          ['raise', undefined],
        ],
      );
      assert.notEqual(rules.acts[2]?.alarm, raised.alarm);
      const { status } = await rules.ask('DELETE', `/rules/${failure.id}`);
      assert.equal(status, 204);
      await eventually('the end', () => (rules.acts.length === 4 ? true : undefined));
    });

    test('with one alarm and 60 suppressed ones when a cabinet with its 60 lamps stops reporting', async () => {
      const rules = await fresh();
      const observedAt = new Date(Date.now() - 3 * HOUR).toISOString();
      const cabinet = 'urn:ngsi-ld:StreetlightControlCabinet:1';
      const powerState = { type: 'Property', value: 'on', observedAt };
      const parent = { refStreetlightControlCabinet: { type: 'Relationship', object: cabinet } };
      await rules.client.batchUpsert([
        { id: cabinet, type: 'StreetlightControlCabinet', powerState },
        ...Array.from({ length: 60 }, (_, n) => {
          return { id: `urn:ngsi-ld:Streetlight:${n + 1}`, type: 'Streetlight', powerState, ...parent };
        }),
      ]);
      const absence = (type: string, after: string, more: Partial<RuleDocument> = {}): RuleDocument => ({
        id: `urn:ngsi-ld:Rule:silent-${type}`,
        name: { fr: 'Muet', en: 'Silent' },
        scope: { types: [type] },
        absence: { attr: 'powerState', after },
        severity: 'high',
        ...more,
      });
      const lamps = absence('Streetlight', 'PT2H', { suppressIf: [{ parentAlarm: 'refStreetlightControlCabinet' }] });
      await rules.put(absence('StreetlightControlCabinet', 'PT1H'));
      await rules.put(lamps);
      const standing = await eventually('the alarms of all', () => {
        const silenced = new Map<string, string | undefined>();
        for (const { alarm, kind: act, details, by } of rules.acts) {
          if (act === 'raise') silenced.set(alarm, details?.suppressed?.by);
          if (act === 'suppress') silenced.set(alarm, by);
        }
        const by = [...silenced.values()].filter((each) => each !== undefined);
        return by.length === 60 && silenced.size === 61 ? silenced : undefined;
      });
      const [heard] = [...standing].filter(([, by]) => by === undefined);
      assert.deepEqual(
        [...new Set(standing.values())].filter((by) => by !== undefined),
        [heard?.[0]],
      );
      assert.ok(rules.acts.find(({ alarm }) => alarm === heard?.[0])?.details?.entity.id === cabinet);

      const lampId = 'urn:ngsi-ld:Streetlight:7';
      const why = await rules.ask('GET', `/rules/${lamps.id}/explain?entity=${lampId}`);
      const [cause] = why.body.causes as { state: string; values: { at: string }[]; raisedBy: string }[];
      assert.equal(cause?.state, 'alarm');
      assert.equal(cause?.raisedBy, 'no powerState for PT2H');
      assert.deepEqual(cause?.values, [{ attr: 'powerState', at: observedAt, value: 'on' }]);
      const [silenced] = why.body.alarms as { urn: string; silence: unknown }[];
      assert.deepEqual(silenced?.silence, { reason: 'parentAlarm', by: heard?.[0] });
      const alarm = await rules.ask('GET', `/rules/explain?alarm=${silenced?.urn}`);
      assert.deepEqual((alarm.body.rule as RuleDocument).absence, lamps.absence);
      const unknown = await rules.ask('GET', `/rules/${lamps.id}/explain?entity=urn:ngsi-ld:Streetlight:99`);
      assert.equal(unknown.status, 404);

      // A lamp that reports again explains why it has no alarm.
      const now = new Date().toISOString();
      await rules.client.batchUpsert(
        [{ id: lampId, type: 'Streetlight', powerState: { ...powerState, observedAt: now } }],
        {
          update: true,
        },
      );
      await eventually(
        'its end',
        () => rules.acts.some(({ alarm: urn, reason }) => urn === silenced?.urn && reason === 'dataBack') || undefined,
      );
      const later = await rules.ask('GET', `/rules/${lamps.id}/explain?entity=${lampId}`);
      assert.equal((later.body.causes as { state: string }[])[0]?.state, 'doesNotHold');
    });
  });
}
