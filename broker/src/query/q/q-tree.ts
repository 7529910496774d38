import type { TemporalKind } from '../../model/time-kind.ts';
import type { Pattern } from '../pattern.ts';
import type { TargetPath } from './target-path.ts';

/** A query (4.9) as a tree, with IRIs as names and typed literals. */
export type QNode = { readonly kind: 'and' | 'or'; readonly operands: readonly QNode[] } | QTerm | QLink;

export interface QTerm {
  readonly kind: 'term';
  readonly path: TargetPath;
  readonly test: QTest;
}

/** `relationship{Type:…}`: an entity that the relationship refers to must satisfy `inner`. */
export interface QLink {
  readonly kind: 'link';
  readonly relationship: string;
  /** One of these types; any type if empty. */
  readonly types: readonly string[];
  readonly inner: QLink | QTerm;
}

export type QTest =
  | { readonly kind: 'exists' }
  /** Only for older clients: the grammar of 4.9 has no such term. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'equal' | 'unequal'; readonly operand: QOperand }
  | { readonly kind: Ordering; readonly literal: Literal }
  | { readonly kind: 'match' | 'noMatch'; readonly pattern: Pattern };

export type Ordering = 'greater' | 'greaterEqual' | 'less' | 'lessEqual';

export type QOperand =
  | { readonly kind: 'values'; readonly values: readonly Literal[] }
  /** Both bounds are inclusive and of the same kind. */
  | { readonly kind: 'range'; readonly from: Literal; readonly to: Literal };

export type Literal =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Quoted, a URI, or a bare word. `time` is set if it can be read as a time when compared with a temporal member. */
  | { readonly kind: 'string'; readonly value: string; readonly time?: TimeLiteral }
  | TimeLiteral;

export interface TimeLiteral {
  readonly kind: TemporalKind;
  /** As written. */
  readonly value: string;
  /** A text that sorts by time. */
  readonly key: string;
}

/** The number of nested links; 0 without `rel{…}`. */
export function linkDepth(node: QNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return Math.max(...node.operands.map(linkDepth));
    case 'link':
      return 1 + linkDepth(node.inner);
    case 'term':
      return 0;
  }
}

/** Whether a term names an attribute, and not only members that every entity has (5.7.2.4). */
export function namesAttribute(node: QNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands.some(namesAttribute);
    case 'link':
      return true;
    case 'term':
      return node.path.kind !== 'entityMember';
  }
}

/** The IRIs of all attributes that the query names on the entity itself. */
export function attributesOf(node: QNode, found = new Set<string>()): ReadonlySet<string> {
  switch (node.kind) {
    case 'and':
    case 'or':
      for (const operand of node.operands) attributesOf(operand, found);
      break;
    case 'link':
      found.add(node.relationship);
      break;
    case 'term':
      // Entities without an attribute may be where nobody has it.
      if (node.path.kind !== 'entityMember' && node.test.kind !== 'absent') found.add(node.path.names[0] as string);
  }
  return found;
}
