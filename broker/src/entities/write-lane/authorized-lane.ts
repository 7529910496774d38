import { areLimited, type Caller } from '../../access/caller.ts';
import { type Rights, type VisibleNames, visibleNames } from '../../access/visibility.ts';
import { SCOPE } from '../../model/change-entity.ts';
import type { AttributeInstance, Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { type Decide, type Decision, type EntityWrite, inPlaceOf, type Outcome } from './write-lane.ts';

/**
 * Checks an entity as it would be after a write, before it is committed. A throw refuses the write.
 *
 * @returns the entity to store: `after`, or a corrected copy
 */
export type CheckWrite = (caller: Caller, before: Entity | undefined, after: Entity) => Entity;

/** A lane that knows the callers of writes. All operations use one that checks the rights of each. */
export interface AuthorizedLane {
  /** See `WriteLane.write`. */
  write<Result>(caller: Caller, entityId: string, decide: Decide<Result>): Promise<Result>;
  /** See `WriteLane.writeAll`. */
  writeAll<Result>(caller: Caller, writes: readonly EntityWrite<Result>[]): Promise<Outcome<Result>[]>;
  /**
   * Lets write gates judge writes that leave for context sources, and therefore pass no lane here.
   *
   * @returns why those of these entities that a gate watches must not leave; undefined: all may
   */
  refusalOf(caller: Caller, writes: readonly LeavingWrite[]): Promise<Refusal | undefined>;
}

/** A write that context sources perform. */
export interface LeavingWrite {
  readonly id: string;
  /** IRIs; absent: unknown. */
  readonly types?: readonly string[];
  /** IRIs of the attributes that get a value. */
  readonly attributes: Iterable<string>;
}

interface Refusal {
  readonly error: NgsiLdError;
  readonly ids: ReadonlySet<string>;
}

/**
 * Creates a lane that checks each write by the rights of its caller, and then by `check`. A caller works on the visible
 * part of an entity; the hidden part stays unchanged. A refused write changes nothing. An entity that the caller can't
 * see counts as not existing, but its id is taken.
 */
export function authorizedLane(lane: AuthorizedLane, check?: CheckWrite): AuthorizedLane {
  return {
    write: (caller, entityId, decide) => lane.write(caller, entityId, prepared(caller, entityId, decide)),
    writeAll: (caller, writes) =>
      lane.writeAll(
        caller,
        writes.map(({ entityId, decide }) => ({ entityId, decide: prepared(caller, entityId, decide) })),
      ),
    refusalOf: (caller, writes) => lane.refusalOf(caller, writes),
  };

  function prepared<Result>(caller: Caller, entityId: string, decide: Decide<Result>): Decide<Result> {
    const byRights = checkedByRights(caller, entityId, decide);
    const checked = check === undefined ? byRights : checkedBy(check, caller, byRights);
    const { hops } = caller;
    if (hops === undefined) return checked;
    const counted = inPlaceOf(checked, (before, at) => checked(before, at));
    return Object.assign(counted, { hops });
  }
}

function checkedBy<Result>(check: CheckWrite, caller: Caller, decide: Decide<Result>): Decide<Result> {
  return inPlaceOf(decide, (before, at) => {
    const decision = decide(before, at);
    const { after } = decision;
    if (after === undefined || after === before) return decision;
    const checked = check(caller, before, after);
    return checked === after ? decision : { ...decision, after: checked };
  });
}

export function checkedByRights<Result>(own: Rights, id: string, decide: Decide<Result>): Decide<Result> {
  if (!areLimited(own)) return decide;
  return inPlaceOf(decide, (before, at) => {
    const seen = before && seenOf(own, before);
    const decision = decide(seen, at);
    if (before === undefined) return created(own, id, decision);
    if (seen === undefined) {
      if (decision.after !== undefined) throw lacking(`write entity ${id}`);
      return { after: before, result: decision.result };
    }
    return changed(own, before, seen, decision);
  });
}

/** The part that the caller may read or write. */
function seenOf({ read, write }: Rights, entity: Entity): Entity | undefined {
  const names = [visibleNames(read, entity), visibleNames(write, entity)].filter((each) => each !== undefined);
  if (names.length === 0) return undefined;
  if (names.includes('all')) return entity;
  const shown = Object.entries(entity.attributes).filter(([name]) => names.some((each) => has(each, name)));
  return { ...entity, attributes: Object.fromEntries(shown) };
}

function has(names: VisibleNames | undefined, name: string): boolean {
  return names === 'all' || (names?.(name) ?? false);
}

function created<Result>({ write }: Rights, id: string, decision: Decision<Result>): Decision<Result> {
  const { after, past = [] } = decision;
  if (after === undefined) return decision;
  const names = visibleNames(write, after);
  if (names === undefined) throw lacking(`write entity ${id} of type ${after.types.join(', ')}, as it would be`);
  for (const name of Object.keys(after.attributes)) if (!has(names, name)) throw lackingAttribute(name, id);
  checkPast(names, past, id);
  return decision;
}

function changed<Result>(
  { write }: Rights,
  before: Entity,
  seen: Entity,
  decision: Decision<Result>,
): Decision<Result> {
  const { after, past = [] } = decision;
  const { id } = before;
  if (after === seen && past.length === 0) return { ...decision, after: before };
  const names = visibleNames(write, before);
  if (names === undefined) throw lacking(`write entity ${id}`);
  checkPast(names, past, id);
  if (after === seen) return { ...decision, after: before };
  if (after === undefined) {
    const isWhole = Object.keys(before.attributes).every((name) => has(names, name));
    if (!isWhole) throw lacking(`write all attributes of entity ${id}, because it is replaced or deleted as a whole`);
    return decision;
  }
  const attributes: Record<string, readonly AttributeInstance[]> = {};
  for (const name in before.attributes) {
    if (!Object.hasOwn(seen.attributes, name))
      attributes[name] = before.attributes[name] as readonly AttributeInstance[];
  }
  const touched: string[] = [];
  for (const name of new Set([...Object.keys(seen.attributes), ...Object.keys(after.attributes)])) {
    const [was, is] = [seen.attributes[name], after.attributes[name]];
    const isSame = was === is || (!has(names, name) && saysTheSame(was, is));
    if (!isSame) {
      if (!has(names, name)) throw lackingAttribute(name, id);
      touched.push(name);
    }
    const kept = isSame ? was : is;
    if (kept !== undefined) attributes[name] = kept;
  }
  const next = { ...after, attributes };
  const nextNames = visibleNames(write, next);
  if (nextNames === undefined) throw lacking(`write entity ${id} as it would be`);
  for (const name of touched) if (!has(nextNames, name)) throw lackingAttribute(name, id);
  const member = (['types', 'scopes', 'expiresAt'] as const).find((each) => !isEqual(before[each], after[each]));
  if (member !== undefined && names !== 'all') throw lacking(`write all of entity ${id}, and so its ${member}`);
  return { ...decision, after: next };
}

function checkPast(names: VisibleNames, past: readonly { readonly name: string }[], id: string): void {
  for (const { name } of past)
    if (!has(name === SCOPE && names !== 'all' ? undefined : names, name)) throw lackingAttribute(name, id);
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Compares all but the timestamps that the broker maintains. */
function saysTheSame(
  a: readonly AttributeInstance[] | undefined,
  b: readonly AttributeInstance[] | undefined,
): boolean {
  return JSON.stringify(a, withoutTimes) === JSON.stringify(b, withoutTimes);
}

function withoutTimes(member: string, value: unknown): unknown {
  return member === 'createdAt' || member === 'modifiedAt' ? undefined : value;
}

export function lackingAttribute(name: string, id: string): NgsiLdError {
  return lacking(`write attribute ${name} of entity ${id}`);
}

export function lacking(what: string): NgsiLdError {
  return new NgsiLdError('AccessDenied', `Lacking: the right to ${what}`);
}
