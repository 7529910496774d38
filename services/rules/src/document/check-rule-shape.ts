import { checkShape } from './check-shape.ts';
import { findingText } from './finding.ts';
import { RULE_SCHEMA } from './rule-schema.ts';

export { RULE_SCHEMA };

/** What of a document does not fit the schema of rules, in one sentence; undefined: it fits. */
export function faultOfRule(document: unknown): string | undefined {
  const [fault] = checkShape(RULE_SCHEMA, document, '');
  return fault && findingText(fault);
}
