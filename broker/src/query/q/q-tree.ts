import type { Pattern } from '../pattern.ts';
import type { TemporalKind } from '../temporal/temporal-key.ts';
import type { TargetPath } from './target-path.ts';

/** A query (4.9) as a tree; names are IRIs, literals typed. */
export type QNode = { readonly kind: 'and' | 'or'; readonly operands: readonly QNode[] } | QTerm | QLink;

export interface QTerm {
  readonly kind: 'term';
  readonly path: TargetPath;
  readonly test: QTest;
}

/** `relationship{Type:…}`: some entity the relationship points at satisfies `inner`. */
export interface QLink {
  readonly kind: 'link';
  readonly relationship: string;
  /** One of these, or any type when empty. */
  readonly types: readonly string[];
  readonly inner: QLink | QTerm;
}

export type QTest =
  | { readonly kind: 'exists' }
  | { readonly kind: 'equal' | 'unequal'; readonly operand: QOperand }
  | { readonly kind: Ordering; readonly literal: Literal }
  | { readonly kind: 'match' | 'noMatch'; readonly pattern: Pattern };

export type Ordering = 'greater' | 'greaterEqual' | 'less' | 'lessEqual';

export type QOperand =
  | { readonly kind: 'values'; readonly values: readonly Literal[] }
  /** Both bounds included, of one kind. */
  | { readonly kind: 'range'; readonly from: Literal; readonly to: Literal };

export type Literal =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Quoted, a URI, or a bare word; `time` when a temporal member may take it for one. */
  | { readonly kind: 'string'; readonly value: string; readonly time?: TimeLiteral }
  | TimeLiteral;

export interface TimeLiteral {
  readonly kind: TemporalKind;
  /** As it was written. */
  readonly value: string;
  /** Sorts by time. */
  readonly key: string;
}

/** How many links deep the query goes; 0 without `rel{…}`. */
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

/** Whether some term names an attribute, rather than a member of every entity (5.7.2.4). */
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

/** Every attribute the query names on the entity itself, IRIs, each once. */
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
      if (node.path.kind !== 'entityMember') found.add(node.path.names[0] as string);
  }
  return found;
}
