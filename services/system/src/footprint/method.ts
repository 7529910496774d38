import { readFileSync } from 'node:fs';
import { bodyReader } from '@alzette/kit/bodies';
import { compileExpression } from '@alzette/kit/expressions';
import { Method, UseCaseDocuments } from '../contract/footprint.ts';

const FOLDER = new URL('../../documents/', import.meta.url);
const METHOD = bodyReader(Method)(read('method')) as Method;
export const USE_CASES = bodyReader(UseCaseDocuments)(read('use-cases')) as UseCaseDocuments;

/** What kWh are estimated from. */
export interface Physical {
  readonly processorSeconds: number;
  readonly memoryGigabyteHours: number;
  readonly storageGigabyteHours: number;
  readonly trafficGigabytes: number;
}

/** The method, with the factors of this site. */
export function methodOf(factors: Readonly<Record<string, number>>): Method {
  const own = Object.entries(METHOD.factors).map(([name, factor]) => [
    name,
    { ...factor, value: factors[name] ?? factor.value },
  ]);
  return { ...METHOD, factors: Object.fromEntries(own) };
}

const PARTS = Object.entries(METHOD.parts).map(([part, formula]) => ({ part, expression: compileExpression(formula) }));

/** kWh of processor, memory, storage and traffic together. */
export function kwhOf({ factors }: Method, physical: Physical): number {
  const values = Object.fromEntries(Object.entries(factors).map(([name, { value }]) => [name, value]));
  return PARTS.reduce((sum, { expression }) => sum + Number(expression({ ...values, ...physical })), 0);
}

export function knownFactors(): readonly string[] {
  return Object.keys(METHOD.factors);
}

/** The value of a formula; undefined: something it needs is unknown. */
export function resultOf(formula: string, variables: Readonly<Record<string, number | undefined>>): number | undefined {
  const value = compileExpression(formula)(variables);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}
