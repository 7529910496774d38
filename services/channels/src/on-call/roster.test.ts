import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Roster } from '../contract/contract.ts';
import { checkRoster, onCall, turnsBetween } from './roster.ts';

const PARIS = 'Europe/Paris';
const WEEKLY: Roster = {
  title: 'Éclairage',
  start: '2026-10-05', // a Monday
  days: 7,
  handover: '08:00',
  members: ['ada', 'bob', 'eve'],
};
const who = (roster: Roster, at: string) => onCall(roster, new Date(at), PARIS)?.recipient;

describe('who is on call', () => {
  for (const [at, expected] of [
    ['2026-10-05T05:59:59Z', undefined], // 07:59:59 in summer, before the first handover
    ['2026-10-05T06:00:00Z', 'ada'],
    ['2026-10-12T05:59:59Z', 'ada'],
    ['2026-10-12T06:00:00Z', 'bob'],
    ['2026-10-19T06:00:00Z', 'eve'],
    ['2026-10-26T06:59:59Z', 'eve'], // winter time since the 25th: 08:00 is 07:00 UTC
    ['2026-10-26T07:00:00Z', 'ada'],
    ['2027-03-29T05:59:59Z', 'ada'], // summer time since the 28th
    ['2027-03-29T06:00:00Z', 'bob'],
  ] as const) {
    test(`at ${at}: ${expected ?? 'nobody yet'}`, () => assert.equal(who(WEEKLY, at), expected));
  }

  test('is the substitute while an exception applies', () => {
    const exceptions = [{ from: '2026-10-07T16:00:00Z', to: '2026-10-08T06:00:00Z', recipient: 'zoe' }];
    const roster = { ...WEEKLY, exceptions };
    assert.equal(who(roster, '2026-10-07T15:59:59Z'), 'ada');
    assert.equal(who(roster, '2026-10-07T16:00:00Z'), 'zoe');
    assert.equal(who(roster, '2026-10-08T06:00:00Z'), 'ada');
  });

  test('is listed turn by turn, without a gap, over the night of 25 hours and an exception', () => {
    const exceptions = [{ from: '2026-10-20T06:00:00Z', to: '2026-10-21T06:00:00Z', recipient: 'zoe' }];
    const turns = turnsBetween(
      { ...WEEKLY, exceptions },
      new Date('2026-10-01T00:00:00Z'),
      new Date('2026-11-02T07:00:00Z'),
      PARIS,
    );
    assert.deepEqual(
      turns.map(({ recipient, from, to }) => `${recipient} ${from.toISOString()} ${to.toISOString()}`),
      [
        'ada 2026-10-05T06:00:00.000Z 2026-10-12T06:00:00.000Z',
        'bob 2026-10-12T06:00:00.000Z 2026-10-19T06:00:00.000Z',
        'eve 2026-10-19T06:00:00.000Z 2026-10-20T06:00:00.000Z',
        'zoe 2026-10-20T06:00:00.000Z 2026-10-21T06:00:00.000Z',
        'eve 2026-10-21T06:00:00.000Z 2026-10-26T07:00:00.000Z',
        'ada 2026-10-26T07:00:00.000Z 2026-11-02T07:00:00.000Z',
      ],
    );
  });

  test('has the beginning and the end of the turn', () => {
    const second = { recipient: 'bob', from: new Date('2026-10-12T06:00:00Z'), to: new Date('2026-10-19T06:00:00Z') };
    assert.deepEqual(onCall(WEEKLY, new Date('2026-10-14T12:00:00Z'), PARIS), second);
  });

  test('joins turns that follow each other without a change of person', () => {
    const exceptions = [{ from: '2026-10-12T06:00:00Z', to: '2026-10-13T06:00:00Z', recipient: 'ada' }];
    const [from, to] = [new Date('2026-10-05T06:00:00Z'), new Date('2026-10-14T06:00:00Z')];
    assert.deepEqual(
      turnsBetween({ ...WEEKLY, exceptions }, from, to, PARIS).map((turn) => [turn.recipient, turn.to.toISOString()]),
      [
        ['ada', '2026-10-13T06:00:00.000Z'],
        ['bob', '2026-10-14T06:00:00.000Z'],
      ],
    );
  });
});

describe('a roster is refused', () => {
  test('with an exception that ends when it begins, or in an unknown time zone', () => {
    const from = '2026-10-12T06:00:00Z';
    const withExceptionUntil = (to: string) => ({ ...WEEKLY, exceptions: [{ from, to, recipient: 'zoe' }] });
    assert.throws(() => checkRoster(withExceptionUntil(from)), /exceptions\.0\.to/);
    checkRoster(withExceptionUntil('2026-10-12T06:00:01Z'));
    assert.throws(() => checkRoster({ ...WEEKLY, timeZone: 'Mars/Olympus' }), /timeZone/);
    checkRoster({ ...WEEKLY, timeZone: PARIS });
    checkRoster(WEEKLY);
  });
});
