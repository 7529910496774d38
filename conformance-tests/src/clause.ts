import type { Broker } from './rig/broker.ts';
import type { Rig } from './rig/rig.ts';

/** The work of one case: it sends requests to the broker and throws a `Mismatch` when an answer violates the clause. */
type CaseWork = (broker: Broker, rig: Rig) => Promise<void>;

export interface Case {
  /** The clause and the sentence, which identify a case everywhere. */
  readonly id: string;
  readonly sentence: string;
  readonly work: CaseWork;
}

export interface Clause {
  readonly number: string;
  readonly title: string;
  readonly cases: readonly Case[];
}

export interface Declare {
  /** Declares a case. The broker is the subject of the sentence: "answers 409 AlreadyExists when the id is in use". */
  test(sentence: string, work: CaseWork): void;
}

/** Declares the cases of one clause of GS CIM 009, or of another document: `175 10.2.6` is of TS 104 175. */
export function clause(number: string, title: string, declare: (declare: Declare) => void): Clause {
  const cases: Case[] = [];
  declare({
    test(sentence, work) {
      const id = `${number} ${sentence}`;
      if (cases.some((other) => other.id === id)) throw new Error(`Two cases are named "${id}"`);
      cases.push({ id, sentence, work });
    },
  });
  return { number, title, cases };
}

/** Whether `number` is one of the given clauses or part of one: `5.6` includes `5.6.1` but not `5.60`, `175` all of TS 104 175. */
export function isSelected(number: string, only: readonly string[] | undefined): boolean {
  return (
    only === undefined ||
    only.some((wanted) => number === wanted || [`${wanted}.`, `${wanted} `].some((start) => number.startsWith(start)))
  );
}

/** Orders clauses like the standard: 5.6.2 before 5.6.10. */
export function byNumber(a: Clause, b: Clause): number {
  return a.number.localeCompare(b.number, 'en', { numeric: true });
}
