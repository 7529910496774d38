import { CAUSES, type Cause, type CompiledRule } from './compile-rule.ts';
import type { Machine } from './machine.ts';
import type { Transition } from './track.ts';

export type Change = Transition | Withdrawal;

/** Late samples show that an alarm never was. */
interface Withdrawal {
  readonly kind: 'withdraw';
  readonly cause: Cause;
  readonly at: number;
  readonly alarm: number;
}

interface Standing {
  readonly cause: Cause;
  readonly alarm: number;
  readonly isActive: boolean;
  readonly turned: number;
  /** What brought it there; first and last are the same for an alarm that only began. Absent: it was so before. */
  readonly first?: Transition;
  readonly last?: Transition;
}

/** What is to be told, after `told` was, for alarms to stand where `transitions` bring them. Both begin where `base` is. */
export function differences(
  { base, told }: { readonly base: Machine; readonly told: readonly Transition[] },
  rule: CompiledRule,
  transitions: readonly Transition[],
): Change[] {
  const before = standings(base, rule, told);
  const after = standings(base, rule, transitions);
  const withdrawn = [...before].flatMap(([key, { cause, alarm }]): Change[] =>
    after.has(key) ? [] : [{ kind: 'withdraw', cause, alarm, at: alarm }],
  );
  const others = [...after].flatMap(([key, standing]) => changesTo(standing, before.get(key)));
  return [...withdrawn, ...others.sort((a, b) => a.at - b.at)];
}

function changesTo({ cause, alarm, isActive, turned, first, last }: Standing, was: Standing | undefined): Change[] {
  if (was !== undefined) {
    if (was.isActive === isActive && was.turned === turned) return [];
    // What was told of it does not hold any more: it stands as it did before.
    return [last ?? { kind: isActive ? 'raise' : 'clear', cause, at: turned, alarm, readings: [] }];
  }
  if (first === undefined || last === undefined) return [];
  return first === last ? [first] : [first, last];
}

function standings(base: Machine, rule: CompiledRule, transitions: readonly Transition[]): Map<string, Standing> {
  const standings = new Map<string, Standing>();
  base.tracks.forEach(({ alarm, isActive = false, turned }, i) => {
    const cause = rule.causes[i]?.cause ?? CAUSES[0];
    if (alarm !== undefined && turned !== undefined) {
      standings.set(`${cause} ${alarm}`, { cause, alarm, isActive, turned });
    }
  });
  for (const transition of transitions) {
    const { cause, alarm, at, kind } = transition;
    const key = `${cause} ${alarm}`;
    const first = standings.get(key)?.first ?? transition;
    standings.set(key, { cause, alarm, isActive: kind === 'raise', turned: at, first, last: transition });
  }
  return standings;
}
