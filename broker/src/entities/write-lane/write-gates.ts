import type { Caller } from '../../access/caller.ts';
import type { Principal } from '../../access/principal.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { AuthorizedLane } from './authorized-lane.ts';
import { type Decide, type EntityWrite, inPlaceOf, type Outcome, type WriteLane } from './write-lane.ts';

/**
 * Judges what callers write to certain attributes, such as commands to devices, beside their rights. The product's own
 * writes pass, and those of callers that are `isAdmitted`.
 */
export interface WriteGate {
  /** The IRIs of the attributes. Asked for each write of a caller. */
  watched(tenant: string): ReadonlySet<string>;
  /** Whether it also judges that a watched attribute is removed, alone or with its entity. */
  readonly judgesRemoval?: boolean;
  /** @returns why the writes are refused, in a sentence; undefined: they are admitted */
  admit(asked: GatedWrites): Promise<string | undefined>;
}

/** Writes that are permitted otherwise, all of one request. */
export interface GatedWrites {
  readonly tenant: string;
  readonly sender: Principal;
  readonly entities: readonly GatedEntity[];
}

interface GatedEntity {
  readonly id: string;
  /** IRIs: before and after the write. Absent: unknown, because the entity is only elsewhere. */
  readonly types?: readonly string[];
  /** IRIs of the watched attributes that would get a value, or would be removed. */
  readonly attributes: readonly string[];
}

/** Thrown by a decision whose write must wait for a gate. Nothing was changed. */
class Waiting extends Error {}

/** The attributes that gates have admitted, by the id of the entity. */
type Admitted = Map<string, Set<string>>;

/**
 * Lets gates judge writes. Decisions are synchronous and gates are not: a decision that concerns a watched attribute is
 * given up, and taken again after the gate has admitted it. Other writes only pay for the look at these attributes.
 */
export function gatedLane(lane: WriteLane, gates: readonly WriteGate[]): AuthorizedLane {
  const gatesOf = ({ sender, isAdmitted }: Caller) => (sender === undefined || isAdmitted === true ? NO_GATES : gates);
  return {
    write(caller, entityId, decide) {
      const asked = gatesOf(caller);
      if (asked.length === 0) return lane.write(caller.tenant, entityId, decide);
      return writeOne({ lane, gates: asked, caller }, entityId, decide);
    },
    writeAll(caller, writes) {
      const asked = gatesOf(caller);
      if (asked.length === 0) return lane.writeAll(caller.tenant, writes);
      return writeAll({ lane, gates: asked, caller }, writes);
    },
    async refusalOf(caller, writes) {
      const asked = gatesOf(caller);
      const watched = new Set(asked.flatMap((gate) => [...gate.watched(caller.tenant)]));
      const entities = writes
        .map(({ attributes, ...entity }) => ({
          ...entity,
          attributes: [...attributes].filter((name) => watched.has(name)),
        }))
        .filter(({ attributes }) => attributes.length > 0);
      const refusal = entities.length === 0 ? undefined : await judged(asked, caller, entities);
      if (refusal === undefined) return undefined;
      return { error: new NgsiLdError('AccessDenied', refusal), ids: new Set(entities.map(({ id }) => id)) };
    },
  };
}

interface Gated {
  readonly lane: WriteLane;
  readonly gates: readonly WriteGate[];
  readonly caller: Caller;
}

/** Most writes concern no gate, so the first try only finds that out. */
async function writeOne<Result>(gated: Gated, entityId: string, decide: Decide<Result>): Promise<Result> {
  const { lane, gates, caller } = gated;
  const { tenant } = caller;
  const first = inPlaceOf<Result>(decide, (before, at) => {
    const decision = decide(before, at);
    for (const gate of gates) if (judgedOf(gate, tenant, before, decision.after) !== NOTHING) throw new Waiting();
    return decision;
  });
  try {
    return await lane.write(tenant, entityId, first);
  } catch (error) {
    if (!(error instanceof Waiting)) throw error;
  }
  const [outcome] = await writeAll(gated, [{ entityId, decide }]);
  const { error, result } = outcome as { readonly error?: unknown; readonly result: Result }; // of the one write
  if (error !== undefined) throw error;
  return result;
}

async function writeAll<Result>(gated: Gated, writes: readonly EntityWrite<Result>[]): Promise<Outcome<Result>[]> {
  const { lane, gates, caller } = gated;
  const { tenant } = caller;
  const outcomes: Outcome<Result>[] = [];
  const admitted: Admitted = new Map();
  let left = [...writes.keys()];
  for (;;) {
    const noticed = new Map<string, GatedEntity>();
    const tried = await lane.writeAll(
      tenant,
      left.map((n) => watching(gates, tenant, writes[n] as EntityWrite<Result>, { noticed, admitted })),
    );
    const waiting: number[] = [];
    for (const [at, outcome] of tried.entries()) {
      const n = left[at] as number;
      if ('error' in outcome && outcome.error instanceof Waiting) waiting.push(n);
      else outcomes[n] = outcome;
    }
    if (waiting.length === 0) return outcomes;
    const refusal = await judged(gates, caller, [...noticed.values()]);
    if (refusal !== undefined) {
      for (const n of waiting) outcomes[n] = { error: new NgsiLdError('AccessDenied', refusal) };
      return outcomes;
    }
    for (const { id, attributes } of noticed.values()) {
      admitted.set(id, new Set([...(admitted.get(id) ?? []), ...attributes]));
    }
    left = waiting;
  }
}

const NO_GATES: readonly WriteGate[] = [];
const NOTHING: readonly string[] = [];

async function judged(
  gates: readonly WriteGate[],
  { tenant, sender }: Caller,
  entities: readonly GatedEntity[],
): Promise<string | undefined> {
  for (const gate of gates) {
    const watched = gate.watched(tenant);
    const own = entities
      .map((entity) => ({ ...entity, attributes: entity.attributes.filter((name) => watched.has(name)) }))
      .filter(({ attributes }) => attributes.length > 0);
    const refusal =
      own.length > 0 ? await gate.admit({ tenant, sender: sender as Principal, entities: own }) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function watching<Result>(
  gates: readonly WriteGate[],
  tenant: string,
  { entityId, decide }: EntityWrite<Result>,
  { noticed, admitted }: { readonly noticed: Map<string, GatedEntity>; readonly admitted: Admitted },
): EntityWrite<Result> {
  const checked = inPlaceOf<Result>(decide, (before, at) => {
    // Later writes to an entity wait for the earlier ones.
    if (noticed.has(entityId)) throw new Waiting();
    const decision = decide(before, at);
    const { after } = decision;
    const attributes = gates.flatMap((gate) =>
      judgedOf(gate, tenant, before, after).filter((name) => admitted.get(entityId)?.has(name) !== true),
    );
    if (attributes.length === 0) return decision;
    const types = [...new Set([...(before?.types ?? []), ...(after?.types ?? [])])];
    noticed.set(entityId, { id: entityId, types, attributes: [...new Set(attributes)] });
    throw new Waiting();
  });
  return { entityId, decide: checked };
}

/** The watched attributes that a write gives a value or removes. An empty text asks for nothing. */
function judgedOf(
  gate: WriteGate,
  tenant: string,
  before: Entity | undefined,
  after: Entity | undefined,
): readonly string[] {
  if (after === before || (after === undefined && !gate.judgesRemoval)) return NOTHING;
  let names: string[] | undefined;
  for (const name of gate.watched(tenant)) {
    const instances = after?.attributes[name];
    const earlier = before?.attributes[name];
    if (instances === earlier) continue;
    if (instances === undefined && !gate.judgesRemoval) continue;
    if (instances?.every((instance) => 'value' in instance && instance.value === '')) continue;
    names ??= [];
    names.push(name);
  }
  return names ?? NOTHING;
}
