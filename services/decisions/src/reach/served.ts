import type { ServedChange as Shown } from '../contract/reach.ts';
import type { Group } from './group-cells.ts';

type ServedOfGroups = Shown['groups'];

/** People of a place with the metres from it to the nearest thing that is asked about. */
export interface Distance {
  readonly people: number;
  /** Infinite: no way. */
  readonly metres: number;
}

export interface Served {
  readonly people: number;
  /** Shares of the people within these metres. */
  readonly within: readonly { readonly metres: number; readonly share: number }[];
  /** Of those who have a way. */
  readonly meanMetres: number;
  readonly longestMetres: number;
  readonly apart: number;
}

export interface ServedChange {
  readonly before: Served;
  readonly after: Served;
  /** People whose way becomes shorter or longer by more than `NOTICED_M`. */
  readonly nearer: number;
  readonly farther: number;
}

/** A difference that nobody notices on foot. */
const NOTICED_M = 20;

/** How near people are, weighted by their number: the mean alone hides who loses. */
export function servedBy(all: readonly Distance[], limits: readonly number[]): Served {
  const people = all.reduce((sum, each) => sum + each.people, 0);
  const known = all.filter(({ metres }) => Number.isFinite(metres));
  const reached = known.reduce((sum, each) => sum + each.people, 0);
  return {
    people,
    within: limits.map((metres) => {
      const near = known.reduce((sum, each) => sum + (each.metres <= metres ? each.people : 0), 0);
      return { metres, share: people === 0 ? 0 : near / people };
    }),
    meanMetres: reached === 0 ? 0 : known.reduce((sum, each) => sum + each.people * each.metres, 0) / reached,
    longestMetres: known.reduce((most, { metres }) => Math.max(most, metres), 0),
    apart: people - reached,
  };
}

/** The same for the members of a group in each place. */
export function groupChange(
  before: readonly Distance[],
  after: readonly Distance[],
  { id, members }: Group,
): NonNullable<ServedOfGroups>[number] {
  const of = (all: readonly Distance[]) => all.map(({ metres }, at) => ({ metres, people: members[at] ?? 0 }));
  const changed = servedChange(of(before), of(after), []);
  const { nearer, farther } = changed;
  return { id, before: changed.before.meanMetres, after: changed.after.meanMetres, nearer, farther };
}

/** @param after of the same places in the same order */
export function servedChange(
  before: readonly Distance[],
  after: readonly Distance[],
  limits: readonly number[],
): ServedChange {
  const sum = (isCounted: (from: number, to: number) => boolean) =>
    before.reduce((total, { people, metres }, at) => {
      const to = after[at]?.metres ?? Number.POSITIVE_INFINITY;
      return total + (isCounted(metres, to) ? people : 0);
    }, 0);
  return {
    before: servedBy(before, limits),
    after: servedBy(after, limits),
    nearer: sum((from, to) => to < from - NOTICED_M),
    farther: sum((from, to) => to > from + NOTICED_M),
  };
}
