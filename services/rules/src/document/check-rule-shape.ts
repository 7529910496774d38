import { checkShape } from './check-shape.ts';
import { findingText } from './finding.ts';
import { RULE_SCHEMA } from './rule-schema.ts';

export { findingText, RULE_SCHEMA };

/** The first violation of the rule schema in one sentence; undefined: the document is valid. */
export function faultOfRule(document: unknown): string | undefined {
  const [fault] = checkShape(RULE_SCHEMA, document, '');
  return fault && findingText(fault);
}
