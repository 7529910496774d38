import type { Maintenance } from '../alarm-register/alarm-port.ts';
import { Book } from '../alarm-register/book.ts';
import { alarmUrn, type BookAlarm } from '../alarm-register/book-alarm.ts';
import type { KeptEntity } from '../store/entity-rows.ts';
import type { RuleSet } from './rule-set.ts';

interface Stored {
  readonly tenant: string;
  readonly rules: RuleSet;
  /** Active alarms, and recently ended ones. */
  readonly alarms: readonly BookAlarm[];
  readonly maintenance: readonly Maintenance[];
  /** The entities of active alarms; without those whose state is gone. */
  readonly entities: ReadonlyMap<string, KeptEntity>;
}

/** The book of a tenant as it was stored, without the alarms of deleted rules and those whose evaluation is gone. */
export function openBook({ tenant, rules, alarms, maintenance, entities }: Stored, now: number): Book {
  const book = new Book({ tenant, rule: (id) => rules.get(id), alarms, maintenance });
  for (const { rule, isActive } of alarms) {
    if (isActive) book.endAll({ rule, before: rules.get(rule)?.evaluatedSince ?? Number.POSITIVE_INFINITY }, now);
  }
  book.endLost((alarm, id) => isFollowed(tenant, alarm, entities.get(id)), now);
  book.setMaintenance(maintenance, now);
  return book;
}

/** Whether the evaluation of a rule on an entity takes an alarm for active. */
function isFollowed(tenant: string, alarm: BookAlarm, entity: KeptEntity | undefined): boolean {
  const tracks = entity?.state.rules[alarm.rule]?.now.tracks ?? [];
  const { rule, cause, dedupKey, urn } = alarm;
  return tracks.some((track) => {
    if (track.isActive !== true || track.alarm === undefined) return false;
    // An alarm of several entities has the time of the first.
    return dedupKey.startsWith(`${cause} `) || alarmUrn(tenant, rule, cause, dedupKey, track.alarm) === urn;
  });
}
