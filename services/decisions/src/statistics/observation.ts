import type { Flow, Observed, Report } from '../contract/statistics.ts';

type Variable = Flow['variables'][number];

export interface Observation {
  readonly variable: string;
  readonly code: string;
  /** The commune of a smaller place. */
  readonly commune?: string;
  /** A year. */
  readonly period: string;
  readonly value?: number;
  readonly status: Observed['status'];
}

/** A change of the communes, from the official list. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** YYYY-MM-DD */
  readonly on: string;
  /** As in the official list: 21 a commune is founded again, 31 and more it is merged or renamed in code. */
  readonly kind: number;
}

export interface Read {
  readonly observations: readonly Observation[];
  readonly report: Report;
}

/** What the places in a file are compared with. */
export interface Ground {
  /** Codes and boundaries; empty: the territory names none, and all places are kept. */
  readonly communes: readonly {
    readonly code: string;
    readonly name: string;
    readonly rings: readonly (readonly (readonly number[])[])[];
  }[];
  readonly moves: readonly Move[];
}

export type { Variable };
