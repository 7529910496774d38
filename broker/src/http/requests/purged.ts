import type { Context } from '../../context/contexts.ts';
import type { Purged } from '../../entities/purge-entities.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { expandAttributeName } from '../../model/parse/parse-attribute.ts';
import { type Parameters, readList } from './parameters.ts';

/** What to purge from entities (5.6.21): everything, all attributes except `keep`, or those in `drop`. */
export function readPurged(parameters: Parameters, context: Context): Purged {
  const { keep, drop } = parameters;
  if (keep !== undefined && drop !== undefined) {
    throw new NgsiLdError('BadRequestData', 'keep and drop: got both, expected one of them');
  }
  const read = (name: 'keep' | 'drop') =>
    new Set(readList(parameters, name)?.map((term) => expandAttributeName(term, name, context)));
  if (keep !== undefined) return { kind: 'allBut', names: read('keep') };
  if (drop !== undefined) return { kind: 'only', names: read('drop') };
  return { kind: 'entity' };
}
