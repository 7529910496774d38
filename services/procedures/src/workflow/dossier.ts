import { serviceCase } from '@alzette/ngsi-ld-schemas/models';
import { dueOn, type Pause } from '../clock/deadline.ts';
import type { Clock } from '../contract/contract.ts';
import type { Procedure, State } from '../contract/procedure.ts';

/** The stored state of a dossier, without anything about its sender. */
export interface Dossier {
  readonly id: string;
  readonly procedure: string;
  readonly procedureVersion: number;
  /** The id of the state of the workflow. */
  readonly stage: string;
  readonly sentAt: string;
  /** The local day of `sentAt`. */
  readonly sentOn: string;
  readonly updatedAt: string;
  readonly closedAt?: string;
  readonly commune?: string;
  readonly communeScope?: string;
  readonly pauses: readonly Pause[];
  /** The last request for parts, until they come. */
  readonly missing?: { readonly fields: readonly string[]; readonly until: string; readonly askedAt: string };
  readonly assignee?: string;
  /** How it was decided. */
  readonly decision?: { readonly action: string; readonly at: string; readonly isSilent?: true };
  readonly paid?: Paid;
  readonly effects: readonly DoneEffect[];
  readonly isSatisfied?: boolean;
  readonly isErased?: true;
}

/** What the sender paid. */
export interface Paid {
  readonly at: string;
  readonly cents: number;
  readonly by: 'online' | 'desk';
  /** Of the authorisation, or of the receipt of the counter. */
  readonly number: string;
}

/** What an action had on the territory. */
export interface DoneEffect {
  readonly does: string;
  /** The event of the action. */
  readonly event: number;
  readonly entity: string;
  readonly at: string;
}

export const CASE_TYPE = serviceCase.iri;

export function urnOf(id: string): string {
  return `urn:ngsi-ld:ServiceCase:${id}`;
}

/** @throws Error: the dossier is in a state that its version does not have */
export function stageOf({ states }: Procedure, { stage, id }: Pick<Dossier, 'stage' | 'id'>): State {
  const state = states.find((each) => each.id === stage);
  if (state === undefined) throw new Error(`dossier ${id}: its procedure has no state ${stage}`);
  return state;
}

export function isOpen(procedure: Procedure, dossier: Dossier): boolean {
  return stageOf(procedure, dossier).kind === 'open';
}

/** Whether the sender may say if they are satisfied: the desk has ended it, not they. */
export function mayRate(procedure: Procedure, dossier: Dossier): boolean {
  const { kind } = stageOf(procedure, dossier);
  return dossier.closedAt !== undefined && kind !== 'open' && kind !== 'closed';
}

/** The time that the desk has, on a local day. */
export function clockOf(procedure: Procedure, dossier: Dossier, today: string): Clock {
  const { deadline } = procedure;
  if (!isOpen(procedure, dossier)) return { silence: deadline.silence, isSuspended: false };
  return {
    silence: deadline.silence,
    dueAt: dueOn(deadline, dossier.sentOn, dossier.pauses, today),
    isSuspended: dossier.missing !== undefined,
  };
}

/** After an action of the workflow. */
export function afterStep(
  procedure: Procedure,
  dossier: Dossier,
  action: string,
  now: Date,
  isSilent = false,
): Dossier {
  const step = stageOf(procedure, dossier).actions.find(({ id }) => id === action);
  const to = procedure.states.find(({ id }) => id === step?.to);
  if (step === undefined || to === undefined) throw new Error(`dossier ${dossier.id}: no action ${action}`);
  return inStage(dossier, to, now, { action, isSilent });
}

function inStage(
  dossier: Dossier,
  to: State,
  now: Date,
  { action, isSilent }: { readonly action: string; readonly isSilent: boolean },
): Dossier {
  const at = now.toISOString();
  const { missing: _missing, closedAt: _closed, decision: _decision, ...kept } = dossier;
  const isDecided = to.kind === 'accepted' || to.kind === 'refused' || to.kind === 'done';
  return {
    ...kept,
    stage: to.id,
    updatedAt: at,
    pauses: endPauses(dossier.pauses, at.slice(0, 10)),
    ...(to.kind !== 'open' && { closedAt: at }),
    ...(isDecided && { decision: { action, at, ...(isSilent && { isSilent: true as const }) } }),
    ...(to.kind === 'open' && dossier.missing && { missing: dossier.missing, pauses: dossier.pauses }),
  };
}

/** When silence decides: the state of that kind. Undefined: silence decides nothing. */
export function afterSilence(procedure: Procedure, dossier: Dossier, now: Date): Dossier | undefined {
  const { silence } = procedure.deadline;
  if (silence !== 'acceptance' && silence !== 'refusal') return undefined;
  const to = procedure.states.find(({ kind }) => kind === (silence === 'acceptance' ? 'accepted' : 'refused'));
  return to && inStage(dossier, to, now, { action: '', isSilent: true });
}

export function withMissing(
  dossier: Dossier,
  { fields, until }: { readonly fields: readonly string[]; readonly until: string },
  now: Date,
  today: string,
): Dossier {
  const at = now.toISOString();
  const pauses = dossier.missing === undefined ? [...dossier.pauses, { askedOn: today }] : dossier.pauses;
  return { ...dossier, pauses, missing: { fields, until, askedAt: at }, updatedAt: at };
}

export function withParts({ missing: _missing, ...dossier }: Dossier, now: Date, today: string): Dossier {
  return { ...dossier, pauses: endPauses(dossier.pauses, today), updatedAt: now.toISOString() };
}

/** The sender takes it back: the first closed state, or simply closed where it is. */
export function afterWithdrawal({ states }: Procedure, dossier: Dossier, now: Date): Dossier {
  const to = states.find(({ kind }) => kind === 'closed');
  const at = now.toISOString();
  const { missing: _missing, ...kept } = dossier;
  return {
    ...kept,
    stage: to?.id ?? dossier.stage,
    updatedAt: at,
    closedAt: at,
    pauses: endPauses(dossier.pauses, at.slice(0, 10)),
  };
}

function endPauses(pauses: readonly Pause[], today: string): Pause[] {
  return pauses.map(({ askedOn, endedOn = today }) => ({ askedOn, endedOn }));
}

/** The scopes of a dossier: its commune; without one it has none, so only rights without a scope cover it. */
export function scopesOf({ communeScope }: Pick<Dossier, 'communeScope'>): string[] {
  return communeScope === undefined ? [] : [communeScope];
}
