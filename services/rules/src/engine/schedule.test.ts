import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { oneOf, type Random, randomOf } from '../../test/support/random-rules.ts';
import type { BookAlarm } from '../alarm-register/book-alarm.ts';
import type { RuleDocument } from '../contract/rule.ts';
import type { KeptEntity } from '../store/entity-rows.ts';
import type { InboxRow } from '../store/inbox-rows.ts';
import { openBook } from './open-book.ts';
import { RuleSet, type TerritoryFacts } from './rule-set.ts';
import { follow, type TenantWork } from './turn.ts';
import { WriteGuard } from './write-guard.ts';

const START = Date.parse('2026-11-28T20:00:00Z');
const MINUTE = 60_000;
const ROUNDS = Number(process.env.PROPERTY_ROUNDS ?? 100);
const STEPS = 40;
const TYPES = [{ types: ['Streetlight'] }, { types: ['Streetlight'], q: 'level>=0' }] as const;
const LAMPS = ['urn:ngsi-ld:Streetlight:1', 'urn:ngsi-ld:Streetlight:2'];
const logger = pino({ level: 'silent' });
const territory: TerritoryFacts = {
  place: { timeZone: 'Europe/Paris', position: [5.93, 49.47] },
  holidaysOf: () => 'fr',
};

const ruleAt = (n: number): RuleDocument => ({
  id: `urn:ngsi-ld:Rule:${n}`,
  name: { fr: `Règle ${n}`, en: `Rule ${n}` },
  scope: TYPES[n % 2] as RuleDocument['scope'],
  when: { attr: 'level', op: '>', value: 5 },
  clear: { whenOver: true },
  severity: 'medium',
  lateness: n % 3 === 0 ? 'PT0S' : 'PT10M',
  ...(n % 4 === 1 && { dedup: { key: ['rule', 'scope'] } }),
  ...(n % 4 === 2 && { dedup: { key: ['rule', 'entity', 'scope'] } }),
});

/** The engine of one tenant with a store that a test may look into, without database and clock. */
class Site {
  readonly entities = new Map<string, KeptEntity>();
  readonly alarms = new Map<string, BookAlarm>();
  readonly inbox: InboxRow[] = [];
  #rules: { n: number; version: number }[] = [];
  #work: TenantWork;
  #n = 0;

  constructor() {
    this.#work = this.#read(START);
  }

  /** Creates a rule, edits it, or deletes it, while notifications wait. */
  change(random: Random, now: number): void {
    const n = Math.floor(random() * 6);
    const known = this.#rules.find((rule) => rule.n === n);
    const others = this.#rules.filter((rule) => rule !== known);
    this.#rules =
      known !== undefined && random() < 0.4 ? others : [...others, { n, version: (known?.version ?? 0) + 1 }];
    this.#work = this.#read(now);
  }

  get scopes(): readonly string[] {
    return [...this.#work.rules.scopes.keys()];
  }

  receive(scope: string, entity: object & { id: string }, at: number, isRead: boolean): void {
    this.inbox.push({
      tenant: '',
      n: this.#n++,
      scope,
      entityId: entity.id,
      entity: JSON.stringify(entity),
      isRead,
      receivedAt: new Date(at),
    });
  }

  turn(now: number): void {
    const rows = this.inbox.splice(0);
    const works = LAMPS.map((id) => ({
      tenant: '',
      id,
      kept: structuredClone(this.entities.get(id)),
      rows: rows.filter(({ entityId }) => entityId === id),
    })).filter((work) => work.rows.length > 0 || work.kept !== undefined);
    const parts = {
      tenants: new Map([['', this.#work]]),
      territoryOf: () => territory,
      guard: new WriteGuard(),
      logger,
    };
    const result = follow(works, rows, parts, now);
    for (const { id, kept } of result.entities) this.entities.set(id, structuredClone(kept));
    for (const { id } of result.deleted) this.entities.delete(id);
    this.#keep(this.#work, now);
  }

  /** Reads everything again, as after a restart. */
  restart(now: number): void {
    this.#work = this.#read(now);
    this.#keep(this.#work, now);
  }

  /** Active alarms that no evaluation will end: theirs is gone, or goes on with a second alarm. */
  stuck(): BookAlarm[] {
    const active = [...this.alarms.values()].filter(({ isActive }) => isActive);
    return active.filter((alarm) => {
      const isAlone = !active.some((other) => other !== alarm && other.rule === alarm.rule && sharesOne(other, alarm));
      return !isAlone || !alarm.members.some((id) => isOn(alarm, this.entities.get(id)));
    });
  }

  #read(now: number): TenantWork {
    const stored = this.#rules.map(({ n, version }) => ({
      tenant: '',
      document: ruleAt(n),
      version,
      evaluatedSince: version,
      silenceMs: 0,
      isEnabled: true,
    }));
    const rules = new RuleSet(stored, territory.place);
    const given = { tenant: '', rules, alarms: [...this.alarms.values()], maintenance: [], entities: this.entities };
    const work = { rules, book: openBook(given, now) };
    this.#keep(work, now);
    return work;
  }

  #keep({ book }: TenantWork, now: number): void {
    for (const alarm of book.take(now).alarms) this.alarms.set(alarm.urn, alarm);
  }
}

function sharesOne(one: BookAlarm, other: BookAlarm): boolean {
  return one.members.some((id) => other.members.includes(id));
}

/** Whether a rule still takes its entity for alarmed, by the stored state alone. */
function isOn(alarm: BookAlarm, entity: KeptEntity | undefined): boolean {
  return (entity?.state.rules[alarm.rule]?.now.tracks ?? []).some(({ isActive }) => isActive === true);
}

/** A lamp's samples, told late and in any order, while it leaves its scopes and returns, and rules come and go. */
function play(seed: number, site: Site): void {
  const random = randomOf(seed);
  let now = START;
  const late: { readonly due: number; readonly tell: () => void }[] = [];
  for (let step = 0; step < STEPS; step++) {
    now += Math.floor(random() * 90) * 1000;
    const id = oneOf(random, LAMPS);
    const [at, level] = [now, Math.floor(random() * 11)];
    const scope = oneOf(random, site.scopes.length > 0 ? site.scopes : ['']);
    const event = random();
    const tell = (isRead: boolean, isGone: boolean) => () => {
      const place = random() < 0.8 ? '/Thil' : '/Villerupt';
      const sample = { type: 'Property', value: level, observedAt: new Date(at).toISOString() };
      const told = { id, type: 'Streetlight', scope: place, level: sample };
      const gone = { id, type: 'Streetlight', deletedAt: new Date(now).toISOString() };
      site.receive(scope, isGone ? gone : told, now, isRead);
    };
    if (event < 0.15) site.change(random, now);
    else late.push({ due: now + Math.floor(random() * 60) * 1000, tell: tell(event > 0.75, event > 0.85) });
    for (const { tell: deliver } of late.filter(({ due }) => due <= now)) deliver();
    late.splice(0, late.length, ...late.filter(({ due }) => due > now));
    if (random() < 0.5) site.turn(now);
    if (random() < 0.05) site.restart(now);
  }
  site.turn(now + 2 * MINUTE);
}

test(`no alarm outlives its evaluation, in ${ROUNDS} random schedules`, () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const site = new Site();
    play(seed, site);
    assert.deepEqual(
      site.stuck().map(({ rule, members }) => `${rule} on ${members}`),
      [],
      `schedule ${seed}`,
    );
  }
});

test('an alarm whose evaluation is gone ends when the rules are read again', () => {
  const site = new Site();
  for (let seed = 1; site.alarms.values().every(({ isActive }) => !isActive); seed++) play(seed, site);
  site.entities.clear();
  assert.notEqual(site.stuck().length, 0);
  site.restart(START + 100 * MINUTE);
  assert.deepEqual(site.stuck(), []);
});
