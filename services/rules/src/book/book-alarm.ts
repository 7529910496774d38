import { createHash } from 'node:crypto';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { RuleDocument, Severity, Words } from '../document/rule.ts';
import type { AlarmCause, Evidence, Silence } from './alarm-port.ts';

/** What alarms are to say of an entity, beside the values that rules look at. */
export interface EntityFacts {
  readonly id: string;
  readonly type: string;
  readonly scope: readonly string[];
  readonly name?: string;
  readonly location?: Geometry;
  /** By the Relationship that rules follow: where it leads to. */
  readonly parents: { readonly [attr: string]: readonly string[] };
}

/** An alarm that the rules have raised: JSON, kept while it is active, and a while longer for what asks why. */
export interface BookAlarm {
  readonly urn: string;
  readonly rule: string;
  readonly version: number;
  readonly cause: AlarmCause;
  readonly entity: EntityFacts;
  readonly dedupKey: string;
  /** When it was first raised; when it was last raised or cleared. */
  readonly raised: number;
  readonly turned: number;
  readonly isActive: boolean;
  /** The entities for which it is active: more than one where the rule's key makes their alarms one. */
  readonly members: readonly string[];
  readonly silence?: Silence;
  readonly severity: Severity;
  readonly text: Words;
  readonly evidence?: Evidence;
  /** How many acts there have been: numbers the next. */
  readonly acts: number;
}

/** The name of an alarm: the same whoever works it out, and whenever. */
export function alarmUrn(tenant: string, rule: string, cause: string, key: string, raised: number): string {
  const hash = createHash('sha256').update([tenant, rule, cause, key, raised].join('\n')).digest('hex');
  return `urn:ngsi-ld:Alert:${hash.slice(0, 24)}`;
}

/** What makes two alarms of a rule one. */
export function dedupKeyOf(rule: RuleDocument, entity: EntityFacts): string {
  const parts = rule.dedup?.key ?? ['rule', 'entity'];
  return parts
    .map((part) => {
      if (part === 'rule') return rule.id;
      if (part === 'entity') return entity.id;
      if (part === 'scope') return entity.scope.join(',');
      return (entity.parents[part] ?? []).join(',');
    })
    .join(' | ');
}

/** The Relationships that a rule needs to know of its entities. */
export function parentAttributesOf({ suppressIf = [], dedup }: RuleDocument): string[] {
  const parents = suppressIf.flatMap((suppression) => (suppression === 'maintenance' ? [] : [suppression.parentAlarm]));
  const keys = (dedup?.key ?? []).filter((part) => !['rule', 'entity', 'scope'].includes(part));
  return [...new Set([...parents, ...keys])];
}
