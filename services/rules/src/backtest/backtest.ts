import { Turns } from '@alzette/kit/turns';
import { DateTime } from 'luxon';
import type { Maintenance, Silence } from '../alarm-register/alarm-port.ts';
import { Book, type EntityChange } from '../alarm-register/book.ts';
import { parentAttributesOf } from '../alarm-register/book-alarm.ts';
import type { Backtest, PastAlarm } from '../contract/schemas.ts';
import { compileStored, type TerritoryFacts } from '../engine/rule-set.ts';
import { EntityReader } from '../evaluate/entity-reader.ts';
import { newMachine, run } from '../evaluate/machine.ts';
import type { StoredRule } from '../store/rule-rows.ts';
import type { HistoryAsked, PastEntity } from './read-history.ts';

interface BacktestParts {
  /** The entities and their past, as far as the caller may read them. */
  history(asked: HistoryAsked): AsyncIterable<PastEntity>;
  readonly territory: TerritoryFacts;
  readonly signal?: AbortSignal;
}

interface BacktestQuery {
  readonly rule: StoredRule;
  /** The other active rules: their alarms on parents suppress those of the rule. */
  readonly others: readonly StoredRule[];
  readonly maintenance: readonly Maintenance[];
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** The rule is evaluated from this long before the period, so that alarms at its beginning have their whole history. */
const LEAD_MS = 24 * 3_600_000;
const MAX_SHOWN = 1000;
/** Evaluated in one turn of the event loop: a day of a sample each second takes some 50 ms. */
const SLICE_MS = 6 * 3_600_000;

/** Evaluates a rule over the history of a period, with the same evaluator and the same book as live. */
export async function backtest(query: BacktestQuery, parts: BacktestParts): Promise<Backtest> {
  const started = performance.now();
  const { rule, maintenance, from, to } = query;
  const silencers = silencersOf(rule, query.others);
  const rules = new Map([rule, ...silencers].map((each) => [each.document.id, each]));
  const book = new Book({ tenant: rule.tenant, rule: (id) => rules.get(id), alarms: [], maintenance });
  const changes: EntityChange[] = [];
  const counts = { entities: 0, samples: 0 };
  const turns = new Turns();
  for (const each of rules.values()) {
    await replay(each, query, { ...parts, turns }, changes, each === rule ? counts : undefined);
  }
  await book.applyInTurns(changes, turns);
  await turns.next();
  const { acts } = book.take(to);
  await turns.next();
  const silencedFirst = new Set(
    acts.flatMap(({ alarm, kind, details }) => (kind === 'raise' && details?.suppressed ? [alarm] : [])),
  );
  const silences = new Map(
    acts.flatMap(({ alarm, kind, details, reason, by }) => silenceIn(alarm, kind, details?.suppressed, reason, by)),
  );
  await turns.next();
  const own = book
    .alarms()
    .filter(
      (alarm) => alarm.rule === rule.document.id && (alarm.isActive || alarm.turned >= from) && alarm.raised <= to,
    )
    .sort((a, b) => a.raised - b.raised);
  const alarms = own.slice(0, MAX_SHOWN).map(
    ({ urn, entity, cause, raised, turned, isActive, severity, text, evidence }): PastAlarm => ({
      alarm: urn,
      entity: entity.id,
      ...(entity.name !== undefined && { name: entity.name }),
      cause,
      severity,
      raisedAt: isoTime(raised),
      ...(!isActive && { clearedAt: isoTime(turned) }),
      text,
      ...(silences.has(urn) && { silence: silences.get(urn) as Silence }),
      ...(evidence && { evidence }),
    }),
  );
  const begun = own.filter(({ raised }) => raised >= from);
  const reported = begun.filter(({ urn }) => !silencedFirst.has(urn));
  return {
    from: isoTime(from),
    to: isoTime(to),
    ...counts,
    raised: begun.length,
    silenced: begun.length - reported.length,
    active: own.filter(({ isActive }) => isActive).length,
    days: daysOf(
      reported.map(({ raised }) => raised),
      from,
      to,
      parts.territory.place.timeZone,
    ),
    alarms,
    tookMs: Math.round(performance.now() - started),
  };
}

async function replay(
  rule: StoredRule,
  { from, to }: BacktestQuery,
  { history, territory, signal, turns }: BacktestParts & { readonly turns: Turns },
  changes: EntityChange[],
  counts: { entities: number; samples: number } | undefined,
): Promise<void> {
  const compiled = compileStored(rule, territory.place);
  const longest = Math.max(0, ...compiled.reads.values());
  const begins = from - LEAD_MS - longest;
  const past = history({
    tenant: rule.tenant,
    scope: rule.document.scope,
    attrs: compiled.attrs,
    parents: parentAttributesOf(rule.document),
    from: new Date(begins),
    to: new Date(to),
    ...(signal && { signal }),
  });
  for await (const { facts, series } of past) {
    const all = Object.values(series);
    const first = all.reduce((least, [sample]) => Math.min(least, sample?.[0] ?? least), Number.POSITIVE_INFINITY);
    const reader = new EntityReader(series, Number.isFinite(first) ? first : begins, territory.holidaysOf(facts.scope));
    let machine = newMachine(compiled, reader.since);
    for (let upTo = reader.since; upTo < to; ) {
      upTo = Math.min(upTo + SLICE_MS, to);
      machine = run(machine, compiled, reader, upTo, (transition) => {
        changes.push({ change: { ...transition, rule: compiled.id }, entity: facts });
      });
      if (turns.isOver) await turns.next();
    }
    if (counts === undefined) continue;
    counts.entities += 1;
    for (const samples of all) counts.samples += samples.length;
  }
}

/** Rules whose alarms suppress those of the rule. */
function silencersOf({ document: { id, suppressIf = [] } }: StoredRule, others: readonly StoredRule[]): StoredRule[] {
  const parents = suppressIf.flatMap((suppression) => (suppression === 'maintenance' ? [] : [suppression]));
  if (parents.length === 0) return [];
  const named = parents.flatMap(({ rules }) => rules ?? []);
  const isAny = parents.some(({ rules }) => rules === undefined);
  return others.filter(
    (other) => other.document.id !== id && other.isEnabled && (isAny || named.includes(other.document.id)),
  );
}

function silenceIn(
  alarm: string,
  kind: string,
  suppressed: Silence | undefined,
  reason: string | undefined,
  by: string | undefined,
): [string, Silence][] {
  if (kind === 'raise' && suppressed !== undefined) return [[alarm, suppressed]];
  if (kind !== 'suppress') return [];
  return [[alarm, { reason: reason as Silence['reason'], ...(by !== undefined && { by }) }]];
}

function daysOf(raised: readonly number[], from: number, to: number, timeZone: string): Backtest['days'] {
  const first = DateTime.fromMillis(from, { zone: timeZone }).startOf('day');
  const days: { readonly day: string; readonly endsAt: number; raised: number }[] = [];
  for (let day = first; day.toMillis() < to; day = day.plus({ days: 1 })) {
    days.push({ day: day.toISODate() ?? '', endsAt: day.plus({ days: 1 }).toMillis(), raised: 0 });
  }
  // Both are in the order of time: a conversion to local time for each alarm would take long.
  let at = 0;
  for (const ms of raised) {
    while (at < days.length - 1 && ms >= (days[at]?.endsAt ?? 0)) at += 1;
    const day = days[at];
    if (day !== undefined) day.raised += 1;
  }
  return days.map(({ day, raised: count }) => ({ day, raised: count }));
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
