import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmText, byUrgency, isOverdue, isWaiting, toAlarm } from './alarm.ts';

const document = {
  id: 'urn:ngsi-ld:Alert:1',
  type: 'Alert',
  severity: 'high',
  status: 'active',
  about: { object: 'urn:ngsi-ld:WasteContainer:1' },
  description: 'Le conteneur est plein',
  dateIssued: { value: { '@type': 'DateTime', '@value': '2026-01-15T18:00:00Z' } },
  data: { value: { text: { fr: 'Le conteneur est plein à 84 %', en: 'The container is 84% full' } } },
};

test('an Alert entity becomes an alarm', () => {
  const alarm = toAlarm(document);
  assert.equal(alarm.severity, 'high');
  assert.equal(alarm.about, 'urn:ngsi-ld:WasteContainer:1');
  assert.equal(alarm.since, Date.parse('2026-01-15T18:00:00Z'));
  assert.ok(isWaiting(alarm));
});

test('its text is in the reader’s language, otherwise in French, otherwise its description', () => {
  const alarm = toAlarm(document);
  assert.equal(alarmText(alarm, 'en'), 'The container is 84% full');
  assert.equal(alarmText(alarm, 'lb'), 'Le conteneur est plein à 84 %');
  assert.equal(alarmText(toAlarm({ ...document, data: undefined }), 'en'), 'Le conteneur est plein');
  const works = { languageMap: { fr: 'Ligne déviée', en: 'Line diverted' } };
  assert.equal(alarmText(toAlarm({ id: 'urn:a', type: 'Alert', description: works }), 'en'), 'Line diverted');
  assert.equal(alarmText(toAlarm({ id: 'urn:a', type: 'Alert' }), 'en'), 'urn:a');
});

for (const [status, waiting] of [
  ['active', true],
  ['acknowledged', true],
  ['inProgress', true],
  ['shelved', false],
  ['suppressed', false],
  ['cleared', false],
  ['withdrawn', false],
  ['closed', false],
] as const) {
  test(`${status}: ${waiting ? 'needs attention' : 'needs no attention'}`, () => {
    assert.equal(isWaiting(toAlarm({ ...document, status })), waiting);
  });
}

test('the most severe comes first, then the newest', () => {
  const of = (id: string, severity: string, dateIssued: string) => toAlarm({ id, type: 'Alert', severity, dateIssued });
  const alarms = [
    of('a', 'low', '2026-01-03T00:00:00Z'),
    of('b', 'critical', '2026-01-01T00:00:00Z'),
    of('c', 'critical', '2026-01-02T00:00:00Z'),
  ];
  assert.deepEqual(
    alarms.sort(byUrgency).map(({ id }) => id),
    ['c', 'b', 'a'],
  );
});

test('an alarm is due to be acknowledged, then to be resolved', () => {
  const due = { ...document, acknowledgeBy: '2026-01-15T18:15:00Z', resolveBy: '2026-01-16T18:00:00Z' };
  const active = toAlarm(due);
  const acknowledged = toAlarm({ ...due, status: 'acknowledged' });
  assert.equal(active.dueAt, Date.parse('2026-01-15T18:15:00Z'));
  assert.equal(acknowledged.dueAt, Date.parse('2026-01-16T18:00:00Z'));
  const at = Date.parse('2026-01-15T20:00:00Z');
  assert.deepEqual(
    [isOverdue(active, at), isOverdue(acknowledged, at), isOverdue(toAlarm(document), at)],
    [true, false, false],
  );
});

test('it concerns the first of several entities', () => {
  assert.equal(toAlarm({ ...document, about: { object: ['urn:a', 'urn:b'] } }).about, 'urn:a');
});
