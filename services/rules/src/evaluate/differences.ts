import { CAUSES, type Cause, type CompiledRule } from './compile-rule.ts';
import type { Machine } from './machine.ts';
import type { Transition } from './track.ts';

export type Change = Transition | Withdrawal;

/** Late samples show that an alarm never existed. */
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
  readonly level: number;
  /**
   * The transitions that led to the state; first and last are equal for an alarm that has only begun. Absent:
   * unchanged.
   */
  readonly first?: Transition;
  readonly last?: Transition;
  /** The transition that last set its level. */
  readonly leveled?: Transition;
}

/** The changes to report that turn the alarms of `told` into those of `transitions`. Both start from `base`. */
export function differences(
  { base, told: reported }: { readonly base: Machine; readonly told: readonly Transition[] },
  rule: CompiledRule,
  transitions: readonly Transition[],
): Change[] {
  const before = standings(base, rule, reported);
  const after = standings(base, rule, transitions);
  const withdrawn = [...before].flatMap(([key, { cause, alarm }]): Change[] =>
    after.has(key) ? [] : [{ kind: 'withdraw', cause, alarm, at: alarm }],
  );
  const others = [...after].flatMap(([key, standing]) => changesTo(standing, before.get(key)));
  return [...withdrawn, ...others.sort((a, b) => a.at - b.at)];
}

function changesTo(standing: Standing, was: Standing | undefined): Change[] {
  const { cause, alarm, isActive, turned, level, first, last, leveled } = standing;
  const state = { cause, alarm, at: turned, readings: [] };
  const step: Transition = { ...state, ...leveled, kind: 'step', level };
  const steps = level === (was?.level ?? first?.level ?? 0) ? [] : [step];
  if (was?.isActive === isActive && was.turned === turned) return steps;
  // Without a last transition, the reported one is no longer true: the alarm returns to its previous state.
  const end: Transition = last ?? { ...state, kind: isActive ? 'raise' : 'clear', level };
  const begun = was === undefined && first !== undefined && first !== end ? [first] : [];
  if (end.kind !== 'raise') return [...begun, ...steps, end];
  return [...begun, end, ...(level === (end.level ?? 0) ? [] : [step])];
}

function standings(base: Machine, rule: CompiledRule, transitions: readonly Transition[]): Map<string, Standing> {
  const standings = new Map<string, Standing>();
  base.tracks.forEach(({ alarm, isActive = false, turned, level = 0 }, i) => {
    const cause = rule.causes[i]?.cause ?? CAUSES[0];
    if (alarm !== undefined && turned !== undefined) {
      standings.set(`${cause} ${alarm}`, { cause, alarm, isActive, turned, level });
    }
  });
  for (const transition of transitions) {
    const { cause, alarm, at, kind } = transition;
    const key = `${cause} ${alarm}`;
    const known = standings.get(key);
    const first = known?.first ?? transition;
    if (kind === 'raise') {
      const { level = 0 } = transition;
      const begun = { cause, alarm, isActive: true, turned: at, level };
      standings.set(key, { ...begun, first, last: transition, leveled: transition });
    } else if (kind === 'clear') {
      const before = known ?? { cause, alarm, level: 0 };
      standings.set(key, { ...before, isActive: false, turned: at, first, last: transition });
    } else if (known !== undefined) {
      standings.set(key, { ...known, level: transition.level ?? 0, leveled: transition });
    }
  }
  return standings;
}
