import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RuleDocument } from '../contract/rule.ts';
import type { AlarmChange } from '../evaluate/follow-entity.ts';
import type { AlarmAct, Maintenance } from './alarm-port.ts';
import { Book } from './book.ts';
import type { BookAlarm, EntityFacts } from './book-alarm.ts';

const START = Date.parse('2026-11-28T20:00:00Z');
const MINUTE = 60_000;

function rule(id: string, more: Partial<RuleDocument> = {}): RuleDocument {
  return {
    id: `urn:ngsi-ld:Rule:${id}`,
    name: { fr: `Règle ${id}`, en: `Rule ${id}` },
    scope: { types: ['Streetlight'] },
    when: { attr: 'status', op: '!=', value: 'ok' },
    clear: { whenOver: true },
    severity: 'medium',
    ...more,
  };
}

const PARENT = 'refStreetlightControlCabinet';
const CABINET = 'urn:ngsi-ld:StreetlightControlCabinet:1';
const cabinet: EntityFacts = { id: CABINET, type: 'StreetlightControlCabinet', scope: ['/Villerupt'], parents: {} };
const lamp = (n: number, scope = '/Villerupt'): EntityFacts => ({
  id: `urn:ngsi-ld:Streetlight:${n}`,
  type: 'Streetlight',
  scope: [scope],
  name: `VIL-${n}`,
  parents: { [PARENT]: [CABINET] },
});

interface Play {
  readonly book: Book;
  readonly acts: AlarmAct[];
  /** Raises `minutes` after the start. */
  raise(rule: RuleDocument, entity: EntityFacts, minutes: number, level?: number): void;
  step(rule: RuleDocument, entity: EntityFacts, raised: number, minutes: number, level: number): void;
  end(rule: RuleDocument, entity: EntityFacts, raised: number, minutes: number, kind?: 'clear' | 'withdraw'): void;
  take(): AlarmAct[];
  standing(): BookAlarm[];
}

function play(rules: readonly RuleDocument[], maintenance: readonly Maintenance[] = []): Play {
  const book = new Book({
    tenant: '',
    rule: (id) => {
      const document = rules.find((each) => each.id === id);
      return document && { document, version: 1, silenceMs: MINUTE };
    },
    alarms: [],
    maintenance,
  });
  const acts: AlarmAct[] = [];
  const take = () => {
    const taken = [...book.take(START).acts];
    acts.push(...taken);
    return taken;
  };
  const apply = (
    document: RuleDocument,
    entity: EntityFacts,
    kind: AlarmChange['kind'],
    raised: number,
    at: number,
    level = 0,
  ) =>
    book.apply([
      {
        entity,
        change: {
          kind,
          cause: 'condition',
          at: START + at * MINUTE,
          alarm: START + raised * MINUTE,
          readings: kind === 'step' ? [{ attr: 'status', at: START, value: 'on fire' }] : [],
          rule: document.id,
          level,
        },
      },
    ]);
  return {
    book,
    acts,
    raise: (document, entity, minutes, level) => apply(document, entity, 'raise', minutes, minutes, level),
    step: (document, entity, raised, minutes, level) => apply(document, entity, 'step', raised, minutes, level),
    end: (document, entity, raised, minutes, kind = 'clear') => apply(document, entity, kind, raised, minutes),
    take,
    standing: () => book.alarms().filter(({ isActive }) => isActive),
  };
}

const silent = rule('cabinet-silent', { scope: { types: ['StreetlightControlCabinet'] }, severity: 'critical' });
const lampSilent = rule('lamp-silent', { suppressIf: [{ parentAlarm: PARENT }, 'maintenance'] });

describe('The book of alarms', () => {
  for (const order of ['before', 'after'] as const) {
    test(`has one alarm and 60 suppressed ones when a cabinet fails ${order} its lamps do`, () => {
      const { raise, take, standing, end } = play([silent, lampSilent]);
      if (order === 'before') raise(silent, cabinet, 0);
      for (let n = 1; n <= 60; n++) raise(lampSilent, lamp(n), 1);
      if (order === 'after') raise(silent, cabinet, 2);
      const acts = take();
      const heard = standing().filter(({ silence }) => silence === undefined);
      assert.deepEqual(
        heard.map(({ rule: id }) => id),
        [silent.id],
      );
      const silenced = standing().filter(
        ({ silence }) => silence?.reason === 'parentAlarm' && silence.by === heard[0]?.urn,
      );
      assert.equal(silenced.length, 60);
      if (order === 'before') assert.equal(acts.filter(({ details }) => details?.suppressed).length, 60);
      else assert.equal(acts.filter(({ kind, by }) => kind === 'suppress' && by === heard[0]?.urn).length, 60);

      end(lampSilent, lamp(1), 1, 5);
      end(silent, cabinet, order === 'before' ? 0 : 2, 6);
      const later = take().map(({ kind }) => kind);
      assert.deepEqual(
        [later.filter((kind) => kind === 'clear').length, later.filter((kind) => kind === 'release').length],
        [2, 59],
      );
    });
  }

  test('reports a higher severity with its reason, and nothing for a step that changes nothing', () => {
    const when = { attr: 'status', op: '==', value: 'on fire' } as const;
    const text = { fr: '{entity} brûle', en: '{entity} is on fire' };
    const failing = rule('failing', {
      steps: [
        { severity: 'high', when: { attr: 'status', op: '==', value: 'hot' } },
        { severity: 'critical', when, for: 'PT1M', text },
      ],
    });
    const { raise, step, end, take } = play([failing]);
    raise(failing, lamp(1), 0);
    raise(failing, lamp(2), 0, 1);
    step(failing, lamp(1), 0, 5, 2);
    step(failing, lamp(2), 0, 5, 1);
    end(failing, lamp(1), 0, 9);
    raise(failing, lamp(1), 20);
    const takenActs = take().map(({ kind, details, evidence }) => [
      kind,
      details?.severity,
      details?.text.en,
      evidence?.condition,
    ]);
    assert.deepEqual(takenActs, [
      ['raise', 'medium', 'Rule failing: VIL-1', 'status != ok'],
      ['raise', 'high', 'Rule failing: VIL-2', 'status == hot'],
      ['update', 'critical', 'VIL-1 is on fire', 'status == on fire for PT1M'],
      ['clear', undefined, undefined, 'status != ok'],
      ['raise', 'medium', 'Rule failing: VIL-1', 'status != ok'],
    ]);
  });

  test('numbers the acts of an alarm, so that none is applied twice', () => {
    const { raise, end, take, acts } = play([silent, lampSilent]);
    raise(lampSilent, lamp(1), 0);
    raise(silent, cabinet, 1);
    end(silent, cabinet, 1, 2);
    end(lampSilent, lamp(1), 0, 3);
    take();
    const ids = acts.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const own = acts.filter(({ alarm }) => alarm === acts[0]?.alarm).map(({ id, kind }) => [id.split(':').pop(), kind]);
    assert.deepEqual(own, [
      ['1', 'raise'],
      ['2', 'suppress'],
      ['3', 'release'],
      ['4', 'clear'],
    ]);
  });

  test('combines many similar alarms into one, and separates them again when they are few', () => {
    const grouped = rule('flood', { group: { over: 10, by: 'scope' } });
    const { raise, end, take, standing } = play([grouped]);
    for (let n = 1; n <= 10; n++) raise(grouped, lamp(n), n);
    for (let n = 101; n <= 103; n++) raise(grouped, lamp(n, '/Thil'), 10);
    assert.equal(take().length, 13);
    for (let n = 11; n <= 15; n++) raise(grouped, lamp(n), n);
    const acts = take();
    const groups = standing().filter(({ cause }) => cause === 'group');
    assert.equal(groups.length, 1);
    assert.equal(groups[0]?.members.length, 15);
    assert.deepEqual(groups[0]?.text.fr, 'Règle flood : 15 alarmes');
    assert.equal(standing().filter(({ silence }) => silence?.reason === 'group').length, 15);
    assert.equal(standing().filter(({ silence }) => silence === undefined && true).length, 1 + 3);
    // One update reports the present number, instead of one for each.
    assert.deepEqual(
      acts.filter(({ kind }) => kind === 'update').map(({ details }) => details?.members),
      [15],
    );
    for (let n = 1; n <= 10; n++) end(grouped, lamp(n), n, 30);
    const after = take();
    assert.equal(after.filter(({ kind, reason }) => kind === 'clear' && reason === 'groupOver').length, 1);
    assert.equal(after.filter(({ kind }) => kind === 'release').length, 5);
  });

  test('combines the alarms of several entities if the key of the rule says so', () => {
    const joined = rule('street', { dedup: { key: ['rule', PARENT] } });
    const { raise, end, take, standing } = play([joined]);
    raise(joined, lamp(1), 0);
    raise(joined, lamp(2), 1);
    end(joined, lamp(1), 0, 2);
    assert.deepEqual(
      take().map(({ kind, details }) => [kind, details?.members]),
      [
        ['raise', undefined],
        ['update', 2],
        ['update', undefined],
      ],
    );
    assert.deepEqual(
      standing().map(({ members }) => members),
      [[lamp(2).id]],
    );
    end(joined, lamp(2), 1, 3);
    assert.deepEqual(
      take().map(({ kind }) => kind),
      ['clear'],
    );
  });

  test('suppresses alarms under maintenance, from its beginning to its end', () => {
    const window = { id: 'm1', scope: '/Villerupt', from: START, to: START + 60 * MINUTE };
    const { raise, take, book } = play([lampSilent], [window]);
    raise(lampSilent, lamp(1), 5);
    raise(lampSilent, lamp(2, '/Thil'), 5);
    assert.deepEqual(
      take().map(({ details }) => details?.suppressed?.reason),
      ['maintenance', undefined],
    );
    book.setMaintenance([window], START + 60 * MINUTE);
    assert.deepEqual(
      take().map(({ kind }) => kind),
      ['release'],
    );
  });

  test('withdraws an alarm when late data show that it never existed', () => {
    const { raise, end, take, standing } = play([lampSilent]);
    raise(lampSilent, lamp(1), 5);
    take();
    end(lampSilent, lamp(1), 5, 5, 'withdraw');
    assert.deepEqual(
      take().map(({ kind, reason }) => [kind, reason]),
      [['withdraw', 'lateData']],
    );
    assert.deepEqual(standing(), []);
  });

  test('ends the alarms of a deleted rule or entity', () => {
    const { raise, take, book } = play([silent, lampSilent]);
    raise(lampSilent, lamp(1), 0);
    raise(lampSilent, lamp(2), 0);
    raise(silent, cabinet, 1);
    take();
    book.endAll({ rule: silent.id, before: 2 }, START + 5 * MINUTE);
    book.endAll({ entity: lamp(2).id }, START + 6 * MINUTE);
    assert.deepEqual(
      take().map(({ kind, reason }) => [kind, reason]),
      [
        ['clear', 'ruleRemoved'],
        ['release', undefined],
        ['release', undefined],
        ['clear', 'entityRemoved'],
      ],
    );
  });
});
