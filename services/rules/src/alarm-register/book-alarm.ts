import { createHash } from 'node:crypto';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { RuleDocument, Severity, Words } from '../contract/rule.ts';
import type { AlarmCause, Evidence, Silence } from './alarm-port.ts';

/** The facts about an entity that alarms contain, in addition to the values that rules read. */
export interface EntityFacts {
  readonly id: string;
  readonly type: string;
  readonly scope: readonly string[];
  readonly name?: string;
  readonly location?: Geometry;
  /** By Relationship that rules follow: the ids of its objects. */
  readonly parents: { readonly [attr: string]: readonly string[] };
}

/** An alarm of a rule: JSON, kept while it is active and some time longer for explanations. */
export interface BookAlarm {
  readonly urn: string;
  readonly rule: string;
  readonly version: number;
  readonly cause: AlarmCause;
  readonly entity: EntityFacts;
  readonly dedupKey: string;
  /** When it was first raised, and when it was last raised or cleared. */
  readonly raised: number;
  readonly turned: number;
  readonly isActive: boolean;
  /** The entities for which it is active: several if the rule's key combines their alarms. */
  readonly members: readonly string[];
  readonly silence?: Silence;
  readonly severity: Severity;
  readonly text: Words;
  readonly evidence?: Evidence;
  /** The number of acts so far; numbers the next one. */
  readonly acts: number;
}

/** The id of an alarm: the same in every process and at any time. */
export function alarmUrn(tenant: string, rule: string, cause: string, key: string, raised: number): string {
  const hash = createHash('sha256').update([tenant, rule, cause, key, raised].join('\n')).digest('hex');
  return `urn:ngsi-ld:Alert:${hash.slice(0, 24)}`;
}

/** The deduplication key of a rule's alarm. */
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

/** The Relationships that a rule requires of its entities. */
export function parentAttributesOf({ suppressIf = [], dedup }: RuleDocument): string[] {
  const parents = suppressIf.flatMap((suppression) => (suppression === 'maintenance' ? [] : [suppression.parentAlarm]));
  const keys = (dedup?.key ?? []).filter((part) => !['rule', 'entity', 'scope'].includes(part));
  return [...new Set([...parents, ...keys])];
}
