import { createHash } from 'node:crypto';
import type { JsonObject } from '../frames/json-values.ts';
import { isObject } from '../frames/json-values.ts';
import { wrong } from './lamp-override.ts';

/** The attribute of a lamp that requests a lighting strategy: the whole strategy, or null for none. */
export const APPLY_STRATEGY = 'applyStrategy';

/** The strategy, and the id of its calendar at a gateway. */
export interface LampStrategy {
  readonly strategy: JsonObject | null;
  /** Empty: none. The same strategy always has the same, so that it is written once. */
  readonly calendar: string;
}

/** @throws RegistryError WRONG_SYNTAX */
export function readStrategyValue(value: unknown): LampStrategy {
  if (value === null) return { strategy: null, calendar: '' };
  if (!isObject(value)) throw wrong('value', value, 'a lighting strategy, or null');
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return { strategy: value, calendar: `strategy-${hash.slice(0, 24)}` };
}
