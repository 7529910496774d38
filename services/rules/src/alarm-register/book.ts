import type { Turns } from '@alzette/kit/turns';
import type { AlarmChange } from '../evaluate/follow-entity.ts';
import type { AlarmAct, AlarmCause, Evidence, Maintenance, Silence } from './alarm-port.ts';
import { alarmText, groupText } from './alarm-text.ts';
import { alarmUrn, type BookAlarm, dedupKeyOf, type EntityFacts } from './book-alarm.ts';
import { BookIndex } from './book-index.ts';
import { maintenanceOf } from './maintenance.ts';
import {
  type BookRule,
  detailsOf,
  type End,
  endOf,
  evidenceOf,
  isOfEntity,
  isoTime,
  severityOf,
  withoutSilence,
  worse,
} from './rule-alarm.ts';

interface BookParts {
  readonly tenant: string;
  rule(id: string): BookRule | undefined;
  /** Active alarms, and recently ended ones. */
  readonly alarms: Iterable<BookAlarm>;
  readonly maintenance: readonly Maintenance[];
}

export interface EntityChange {
  readonly change: AlarmChange;
  readonly entity: EntityFacts;
}

/**
 * The alarms of a tenant's rules. It turns changes on single entities into acts on alarms: it assigns ids, combines
 * alarms with the same key, and suppresses those that a maintenance, a parent's alarm or a group explains. Its owner
 * must store the result of `take`.
 */
export class Book {
  readonly #parts: BookParts;
  readonly #index: BookIndex;
  #maintenance: readonly Maintenance[];
  #acts: AlarmAct[] = [];
  readonly #changed = new Set<string>();
  /** Groups whose new number of members must be reported. */
  readonly #grown = new Set<string>();

  constructor(parts: BookParts) {
    this.#parts = parts;
    this.#maintenance = parts.maintenance;
    this.#index = new BookIndex(parts.alarms);
  }

  /** The changes since the last call: acts in order, and the alarms in their present state. */
  take(decidedAt: number): { readonly acts: readonly AlarmAct[]; readonly alarms: readonly BookAlarm[] } {
    for (const urn of this.#grown) this.#tellGroup(urn, decidedAt);
    this.#grown.clear();
    const acts = this.#acts.map((act) => ({ ...act, decidedAt: isoTime(decidedAt) }));
    const alarms = [...this.#changed].flatMap((urn) => this.#index.get(urn) ?? []);
    this.#acts = [];
    this.#changed.clear();
    return { acts, alarms };
  }

  /**
   * Applies changes in the order of their times. Those of one entity keep their order, because later ones may correct
   * earlier ones.
   */
  apply(changes: readonly EntityChange[]): void {
    for (const each of inOrder(changes)) this.#apply(each);
  }

  /** The same for many changes. @param turns pauses in between; meanwhile the book must not be used */
  async applyInTurns(changes: readonly EntityChange[], turns: Turns): Promise<void> {
    for (const each of inOrder(changes)) {
      this.#apply(each);
      if (turns.isOver) await turns.next();
    }
  }

  #apply({ change, entity }: EntityChange): void {
    const rule = this.#parts.rule(change.rule);
    if (rule === undefined) return;
    if (change.kind === 'raise') this.#raise(rule, change, entity);
    else if (change.kind === 'step') this.#step(rule, change, entity);
    else this.#end(rule, change, entity);
  }

  /**
   * Ends the alarms of a rule from versions before one, of a deleted entity, or of an entity that one rule no longer
   * applies to.
   */
  endAll(
    of: { readonly rule: string; readonly before: number } | { readonly entity: string; readonly ofRule?: string },
    at: number,
  ): void {
    for (const alarm of this.#index.active()) {
      const isMeant =
        'rule' in of ? alarm.rule === of.rule && alarm.version < of.before : alarm.members.includes(of.entity);
      const isOther = 'entity' in of && of.ofRule !== undefined && of.ofRule !== alarm.rule;
      if (!isMeant || isOther || (alarm.cause === 'group' && !('rule' in of))) continue;
      if ('rule' in of) this.#close(alarm, { kind: 'clear', at, reason: 'ruleRemoved' });
      else this.#leave(alarm, of.entity, { kind: 'clear', at, reason: 'entityRemoved' });
    }
  }

  /**
   * Ends alarms that no evaluation can end any more, because its state is gone.
   *
   * @param isFollowed whether the evaluation of an alarm on one of its entities still takes it for active
   */
  endLost(isFollowed: (alarm: BookAlarm, entity: string) => boolean, at: number): void {
    for (const alarm of this.#index.active()) {
      if (alarm.cause === 'group' || alarm.cause === 'loop') continue;
      for (const member of alarm.members) {
        const present = this.#index.get(alarm.urn) ?? alarm;
        if (!isFollowed(alarm, member)) this.#leave(present, member, { kind: 'clear', at, reason: 'entityRemoved' });
      }
    }
  }

  /** Applies the beginning and end of maintenance up to a time. */
  setMaintenance(windows: readonly Maintenance[], at: number): void {
    this.#maintenance = windows;
    for (const alarm of this.#index.active()) this.#resettle(alarm.urn, at);
  }

  /** Raises an alarm about a rule that writes in an endless loop. */
  raiseLoop(rule: BookRule, entity: EntityFacts, text: BookAlarm['text'], at: number): void {
    const key = `${rule.document.id} | loop`;
    const known = this.#index.activeByKey(key);
    if (known !== undefined) return;
    const alarm = this.#newAlarm(rule, 'loop', entity, key, at, text, undefined);
    this.#put(alarm);
    this.#act(alarm, { kind: 'raise', at, details: detailsOf(alarm, rule) });
  }

  alarms(): BookAlarm[] {
    return this.#index.all();
  }

  #raise(rule: BookRule, change: Exclude<AlarmChange, { kind: 'withdraw' }>, entity: EntityFacts): void {
    const { cause, at, readings, alarm: first, level } = change;
    const severity = severityOf(rule.document, cause, level);
    const key = dedupKeyOf(rule.document, entity);
    const isOwn = isOfEntity(rule.document);
    const joined = isOwn ? undefined : this.#index.activeByKey(`${cause} ${key}`);
    if (joined !== undefined) {
      if (joined.members.includes(entity.id)) return;
      const worst = worse(severity, joined.severity) ? severity : joined.severity;
      this.#update(joined, { members: [...joined.members, entity.id], severity: worst }, rule, at);
      return;
    }
    const urn = alarmUrn(this.#parts.tenant, rule.document.id, cause, key, first);
    const text = alarmText(rule.document, cause, entity, readings, level);
    const evidence = evidenceOf(rule, change);
    const known = this.#index.get(urn);
    const alarm: BookAlarm = known
      ? {
          ...withoutSilence(known),
          isActive: true,
          turned: at,
          members: [entity.id],
          entity,
          text,
          evidence,
          severity,
          version: rule.version,
        }
      : { ...this.#newAlarm(rule, cause, entity, isOwn ? key : `${cause} ${key}`, at, text, evidence, urn), severity };
    this.#put(alarm);
    this.#gather(alarm, at);
    const silence = this.#silenceOf(this.#index.get(urn) as BookAlarm, at);
    const reported = silence === undefined ? alarm : { ...alarm, silence };
    this.#put(reported);
    this.#act(reported, { kind: 'raise', at, details: detailsOf(reported, rule), evidence });
    this.#settleOthers(reported, at);
  }

  /** Sets the severity to that of the step, also after the alarm has ended, because late data may change it. */
  #step(rule: BookRule, change: Exclude<AlarmChange, { kind: 'withdraw' }>, entity: EntityFacts): void {
    const { cause, at, readings, level } = change;
    const alarm = this.#alarmOf(rule, change, entity);
    const severity = severityOf(rule.document, cause, level);
    if (alarm === undefined || alarm.severity === severity) return;
    if (alarm.members.length > 1 && !worse(severity, alarm.severity)) return;
    const isShown = readings.length > 0;
    const text = isShown ? alarmText(rule.document, cause, entity, readings, level) : alarm.text;
    const evidence = isShown ? evidenceOf(rule, change) : alarm.evidence;
    const stepped: BookAlarm = { ...alarm, severity, text, ...(evidence && { evidence }) };
    this.#put(stepped);
    this.#act(stepped, {
      kind: 'update',
      at,
      details: detailsOf(stepped, rule),
      ...(evidence && { evidence }),
    });
  }

  /** The alarm of a change on an entity: its own or a shared one. */
  #alarmOf({ document }: BookRule, change: AlarmChange, entity: EntityFacts): BookAlarm | undefined {
    const { cause } = change;
    const key = dedupKeyOf(document, entity);
    const isOwn = isOfEntity(document);
    const found = isOwn
      ? this.#index.get(alarmUrn(this.#parts.tenant, document.id, cause, key, change.alarm))
      : this.#index.activeByKey(`${cause} ${key}`);
    if (found !== undefined && (isOwn || found.members.includes(entity.id))) return found;
    // The scope or a parent in its key has changed since it was raised.
    return this.#index.activeOn(entity.id).find((alarm) => alarm.rule === document.id && alarm.cause === cause);
  }

  #end(rule: BookRule, change: AlarmChange, entity: EntityFacts): void {
    const alarm = this.#alarmOf(rule, change, entity);
    if (alarm === undefined) return;
    if (!alarm.isActive) {
      // Late data may move the end, or show that the alarm never existed.
      if (change.kind === 'withdraw' || change.at !== alarm.turned) this.#close(alarm, endOf(change, rule));
      return;
    }
    this.#leave(alarm, isOfEntity(rule.document) ? undefined : entity.id, endOf(change, rule));
  }

  /** Removes an entity from an alarm, which ends with its last one. */
  #leave(alarm: BookAlarm, entity: string | undefined, end: End): void {
    const left = entity === undefined ? [] : alarm.members.filter((member) => member !== entity);
    const rule = this.#parts.rule(alarm.rule);
    if (left.length > 0 && rule !== undefined) this.#update(alarm, { members: left }, rule, end.at);
    else this.#close(alarm, end);
  }

  #close(alarm: BookAlarm, { kind, at, reason, evidence }: End): void {
    const ended: BookAlarm = { ...withoutSilence(alarm), isActive: false, turned: at, members: [] };
    this.#put(ended);
    this.#act(ended, { kind, at, reason, ...(evidence && { evidence }) });
    this.#settleOthers(ended, at);
  }

  #update(alarm: BookAlarm, members: Partial<BookAlarm>, rule: BookRule, at: number): void {
    const updated = { ...alarm, ...members };
    this.#put(updated);
    this.#act(updated, { kind: 'update', at, details: detailsOf(updated, rule) });
  }

  /** After an alarm has begun or ended: updates the alarms that it suppresses, and its group. */
  #settleOthers({ entity, members, urn, rule, cause }: BookAlarm, at: number): void {
    for (const id of new Set([entity.id, ...members])) {
      for (const child of this.#index.childrenOf(id)) if (child !== urn) this.#resettle(child, at);
    }
    if (cause !== 'group') this.#settleGroup(rule, entity, at);
  }

  #resettle(urn: string, at: number): void {
    const alarm = this.#index.get(urn);
    if (alarm?.isActive !== true || alarm.cause === 'group') return;
    const silence = this.#silenceOf(alarm, at);
    if (silence?.reason === alarm.silence?.reason && silence?.by === alarm.silence?.by) return;
    if (silence === undefined) {
      this.#put(withoutSilence(alarm));
      this.#act(alarm, { kind: 'release', at });
    } else {
      this.#put({ ...alarm, silence });
      this.#act(alarm, { kind: 'suppress', at, reason: silence.reason, ...(silence.by && { by: silence.by }) });
    }
    // What its group itself suppresses or releases still counts as a member.
    const reasons = [silence?.reason, alarm.silence?.reason].filter((reason) => reason !== undefined);
    if (reasons.every((reason) => reason === 'group')) return;
    this.#settleGroup(alarm.rule, alarm.entity, at);
  }

  #silenceOf(alarm: BookAlarm, at: number): Silence | undefined {
    const explained = this.#explained(alarm, at);
    if (explained !== undefined) return explained;
    const group = this.#index.activeByKey(this.#groupKey(alarm.rule, alarm.entity) ?? '');
    return group === undefined ? undefined : { reason: 'group', by: group.urn };
  }

  /** Suppressed for a reason other than its group. */
  #explained(alarm: BookAlarm, at: number): Silence | undefined {
    const { entity } = alarm;
    for (const suppression of this.#parts.rule(alarm.rule)?.document.suppressIf ?? []) {
      if (suppression === 'maintenance') {
        if (maintenanceOf(this.#maintenance, entity, at) !== undefined) return { reason: 'maintenance' };
        continue;
      }
      for (const parent of entity.parents[suppression.parentAlarm] ?? []) {
        const cause = this.#index
          .activeOn(parent)
          .find(({ rule, urn }) => urn !== alarm.urn && (suppression.rules?.includes(rule) ?? true));
        if (cause !== undefined) return { reason: 'parentAlarm', by: cause.urn };
      }
    }
    return undefined;
  }

  #groupKey(rule: string, entity: EntityFacts): string | undefined {
    const group = this.#parts.rule(rule)?.document.group;
    return group && `${rule} | group${group.by === 'scope' ? ` | ${entity.scope.join(',')}` : ''}`;
  }

  /** A new alarm is counted for its group before it is reported, so that it is suppressed from its beginning. */
  #gather(alarm: BookAlarm, at: number): void {
    this.#settleGroup(alarm.rule, alarm.entity, at, alarm.urn);
  }

  #settleGroup(ruleId: string, entity: EntityFacts, at: number, newcomer?: string): void {
    const key = this.#groupKey(ruleId, entity);
    const rule = this.#parts.rule(ruleId);
    const over = rule?.document.group?.over;
    if (key === undefined || rule === undefined || over === undefined) return;
    const alike = this.#index
      .activeOf(ruleId)
      .filter((alarm) => alarm.cause !== 'group' && this.#groupKey(ruleId, alarm.entity) === key)
      .filter((alarm) => this.#explained(alarm, at) === undefined);
    const group = this.#index.activeByKey(key);
    const isMany = group === undefined ? alike.length > over : alike.length > over / 2;
    if (group === undefined && isMany) {
      const first = alike[0]?.entity ?? entity;
      const begun = this.#newAlarm(rule, 'group', first, key, at, groupText(rule.document, alike.length), undefined);
      this.#put({ ...begun, members: alike.map(({ urn }) => urn) });
      this.#act(begun, {
        kind: 'raise',
        at,
        details: detailsOf({ ...begun, members: alike.map(({ urn }) => urn) }, rule),
      });
      for (const { urn } of alike) if (urn !== newcomer) this.#resettle(urn, at);
    } else if (group !== undefined && !isMany) {
      this.#close(group, { kind: 'clear', at, reason: 'groupOver' });
      for (const { urn } of alike) this.#resettle(urn, at);
    } else if (group !== undefined && group.members.length !== alike.length) {
      this.#put({ ...group, members: alike.map(({ urn }) => urn), text: groupText(rule.document, alike.length) });
      this.#grown.add(group.urn);
    }
  }

  #tellGroup(urn: string, at: number): void {
    const group = this.#index.get(urn);
    const rule = group && this.#parts.rule(group.rule);
    if (group?.isActive === true && rule) this.#act(group, { kind: 'update', at, details: detailsOf(group, rule) });
  }

  #newAlarm(
    rule: BookRule,
    cause: AlarmCause,
    entity: EntityFacts,
    dedupKey: string,
    at: number,
    text: BookAlarm['text'],
    evidence: Evidence | undefined,
    urn = alarmUrn(this.#parts.tenant, rule.document.id, cause, dedupKey, at),
  ): BookAlarm {
    const { document, version } = rule;
    return {
      urn,
      rule: document.id,
      version,
      cause,
      entity,
      dedupKey,
      raised: at,
      turned: at,
      isActive: true,
      members: [entity.id],
      severity: severityOf(document, cause),
      text,
      acts: this.#index.get(urn)?.acts ?? 0,
      ...(evidence && { evidence }),
    };
  }

  #put(alarm: BookAlarm): void {
    const acts = this.#index.get(alarm.urn)?.acts ?? alarm.acts;
    this.#index.put({ ...alarm, acts });
    this.#changed.add(alarm.urn);
  }

  #act({ urn }: BookAlarm, { at, ...act }: Omit<AlarmAct, 'id' | 'alarm' | 'at' | 'decidedAt'> & { at: number }): void {
    const alarm = this.#index.get(urn) as BookAlarm; // the index contains it
    const acts = alarm.acts + 1;
    this.#index.put({ ...alarm, acts });
    this.#changed.add(urn);
    this.#acts.push({ ...act, id: `${urn}:${acts}`, alarm: urn, at: isoTime(at), decidedAt: '' });
  }
}

function inOrder(changes: readonly EntityChange[]): EntityChange[] {
  const latest = new Map<string, number>();
  const timed = changes.map((given) => {
    const { id } = given.entity;
    const at = Math.max(given.change.at, latest.get(id) ?? given.change.at);
    latest.set(id, at);
    return { given, at };
  });
  return timed.sort((a, b) => a.at - b.at).map(({ given }) => given);
}
