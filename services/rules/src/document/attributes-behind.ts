import type { RuleDocument } from '../contract/rule.ts';
import { attributesReadBy } from './check-cycles.ts';

/** An attribute at the beginning of a term of a q, e.g. `status` in `status=="ok";level>3`. */
const ATTRIBUTE_IN_Q = /(?:^|[;|(])\s*!?\s*([\p{L}_][\p{L}\p{N}_-]*)/gu;

/** The attributes on which a rule's state on an entity depends. */
export function attributesBehind(document: RuleDocument): string[] {
  const inQ = [...(document.scope.q ?? '').matchAll(ATTRIBUTE_IN_Q)].map(([, name = '']) => name);
  return [...new Set([...attributesReadBy(document), ...inQ])];
}
