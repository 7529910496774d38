import { clearText, raiseText } from '../alarm-register/condition-text.ts';
import { durationText } from '../calendar/duration.ts';
import type { RuleDocument } from '../contract/rule.ts';
import type { Cause } from '../contract/schemas.ts';
import { compileStored, type TerritoryFacts } from '../engine/rule-set.ts';
import type { CompiledCause } from '../evaluate/compile-rule.ts';
import { EntityReader } from '../evaluate/entity-reader.ts';
import type { Track } from '../evaluate/track.ts';
import type { KeptEntity } from '../store/entity-rows.ts';
import type { StoredRule } from '../store/rule-rows.ts';

/** Explains the state of a rule on an entity at a time, with or without an alarm. */
export function explain(rule: StoredRule, kept: KeptEntity, territory: TerritoryFacts, now: number): Cause[] {
  const compiled = compileStored(rule, territory.place);
  const { state } = kept;
  const reader = new EntityReader(state.series, state.since, state.holidays);
  const tracks = state.rules[compiled.id]?.now.tracks ?? [];
  return compiled.causes.map((cause, i): Cause => {
    const track: Track = tracks[i] ?? {};
    const shown = cause.shown.at(reader, now).truth;
    const raises = cause.raise.at(reader, now).truth;
    const clears = cause.clear.at(reader, now).truth;
    const timing = timingOf(track, cause.forMs, cause.clearForMs);
    return {
      cause: cause.cause,
      state: stateOf(track, shown, raises, clears),
      raisedBy: raiseText(rule.document, cause.cause, durationText(rule.silenceMs)),
      ...(cause.steps.length > 0 && { steps: stepsOf(rule.document, cause, track, reader, now) }),
      clearedBy: clearText(cause.cause === 'absence' ? undefined : rule.document.clear),
      ...timing,
      values: cause.shown
        .readings(reader, now)
        .map(({ attr, at, value, agg }) => ({ attr, at: isoTime(at), value, ...(agg !== undefined && { agg }) })),
    };
  });
}

function stepsOf(
  document: RuleDocument,
  { steps }: CompiledCause,
  { isActive = false, level = 0, climbing }: Track,
  reader: EntityReader,
  now: number,
): NonNullable<Cause['steps']> {
  return steps.map(({ raise, forMs }, i) => {
    const since = climbing?.[i];
    const { truth } = raise.at(reader, now);
    const waiting = truth === undefined ? 'unknown' : truth ? 'pending' : 'doesNotHold';
    return {
      severity: document.steps?.[i]?.severity ?? document.severity,
      raisedBy: raiseText(document, 'condition', '', i + 1),
      state: isActive && i < level ? 'reached' : waiting,
      ...(typeof since === 'number' && { expectedAt: isoTime(since + forMs) }),
    };
  });
}

function stateOf(
  track: Track,
  shown: boolean | undefined,
  raises: boolean | undefined,
  clears: boolean | undefined,
): Cause['state'] {
  if (track.isActive === true) return clears === true ? 'clearing' : 'alarm';
  if (raises === true) return 'pending';
  if (shown === undefined) return 'unknown';
  return shown ? 'outsideSchedule' : 'doesNotHold';
}

function timingOf(track: Track, forMs: number, clearForMs: number): { since?: string; expectedAt?: string } {
  if (track.isActive === true) {
    const since = track.turned === undefined ? {} : { since: isoTime(track.turned) };
    return track.clearing === undefined ? since : { ...since, expectedAt: isoTime(track.clearing + clearForMs) };
  }
  if (track.pending === undefined) return {};
  return { since: isoTime(track.pending), expectedAt: isoTime(track.pending + forMs) };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
