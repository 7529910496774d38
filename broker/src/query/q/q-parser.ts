import { tolerates } from '../../model/leniency.ts';
import type { NameExpander } from '../../model/names.ts';
import { isName } from '../../model/values.ts';
import { MAX_DEPTH, Scanner } from '../scanner.ts';
import { type ExpandLiteral, scanComparable, scanOperand, scanPattern } from './q-literal.ts';
import type { Ordering, QLink, QNode, QTerm, QTest } from './q-tree.ts';
import { decodedName, scanName, scanTargetPath, type TargetPath } from './target-path.ts';

interface QOptions {
  /** Attributes whose literals are expanded as `@vocab` terms (4.9), as given in the request. */
  readonly expandValues?: readonly string[];
  /** Attributes with raw JSON values. Only validated, because members are never expanded. */
  readonly jsonKeys?: readonly string[];
  /** Whether `!name`, the absence of an attribute, may be tolerated. */
  readonly mayBeAbsent?: boolean;
  /** The name of the parameter in errors; default `q`. */
  readonly parameter?: string;
}

/**
 * Reads the NGSI-LD Query Language (4.9):
 *
 *     query    = and *("|" and)
 *     and      = unit *(";" unit)
 *     unit     = "(" query ")" / term
 *     term     = path [operator operand]
 *     path     = name "{" [type *("," type) ":"] path "}"  /  name *("." name) ["[" member *("." member) "]"]
 *     operator = "==" / "!=" / ">" / ">=" / "<" / "<=" / "~=" / "!~="
 *
 * The text is percent-decoded already.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseQ(text: string, names: NameExpander, options: QOptions = {}): QNode {
  const parser = new QParser(new Scanner(options.parameter ?? 'q', text), names, options);
  return parser.parse();
}

const ORDERINGS: readonly (readonly [string, Ordering])[] = [
  ['>=', 'greaterEqual'],
  ['<=', 'lessEqual'],
  ['>', 'greater'],
  ['<', 'less'],
];

/** The limit on terms: PostgreSQL takes seconds to plan a few hundred of them. */
const MAX_TERMS = 100;

const TYPE_HINT = /[\p{L}\p{N}_%\s,]+:/uy;

class QParser {
  readonly #scanner: Scanner;
  readonly #names: NameExpander;
  readonly #expanded: ReadonlySet<string>;
  readonly #mayBeAbsent: boolean;
  #terms = 0;

  constructor(scanner: Scanner, names: NameExpander, options: QOptions) {
    this.#scanner = scanner;
    this.#names = names;
    this.#expanded = new Set(expandedNames(options.expandValues, 'expandValues', names));
    this.#mayBeAbsent = options.mayBeAbsent ?? false;
    expandedNames(options.jsonKeys, 'jsonKeys', names);
  }

  parse(): QNode {
    const node = this.#or(0);
    if (!this.#scanner.atEnd) throw this.#scanner.error('an operator, ";", "|" or the end');
    return node;
  }

  #or(depth: number): QNode {
    return this.#joined('or', '|', () => this.#joined('and', ';', () => this.#unit(depth)));
  }

  #joined(kind: 'and' | 'or', operator: string, next: () => QNode): QNode {
    const operands: QNode[] = [];
    do operands.push(next());
    while (this.#scanner.accept(operator));
    return operands.length === 1 ? (operands[0] as QNode) : { kind, operands };
  }

  #unit(depth: number): QNode {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    if (depth > MAX_DEPTH) throw scanner.error(`parentheses at most ${MAX_DEPTH} deep`);
    let node: QNode;
    if (scanner.accept('(')) {
      node = this.#or(depth + 1);
      if (!scanner.accept(')')) throw scanner.error('an operator, ";", "|" or ")"');
    } else node = this.#term();
    scanner.skipBlanks();
    return node;
  }

  #term(): QNode {
    if (++this.#terms > MAX_TERMS) throw this.#scanner.error(`at most ${MAX_TERMS} terms`);
    const isAbsence = this.#mayBeAbsent && this.#scanner.accept('!');
    if (isAbsence && !tolerates('absentAttribute', '!name in q: entities without the attribute')) {
      throw this.#scanner.error('an attribute name, and no "!", which the standard does not have');
    }
    const links: { relationship: string; types: readonly string[] }[] = [];
    let name = scanName(this.#scanner, false);
    while (this.#scanner.accept('{')) {
      if (links.length === MAX_DEPTH) throw this.#scanner.error(`at most ${MAX_DEPTH} "{"`);
      links.push({ relationship: this.#names.attribute(name), types: this.#typeHint() });
      this.#scanner.skipBlanks();
      name = scanName(this.#scanner, true);
    }
    const path = scanTargetPath(name, this.#scanner, this.#names, links.length > 0);
    for (const _ of links) {
      this.#scanner.skipBlanks();
      this.#scanner.expect('}');
    }
    this.#scanner.skipBlanks();
    const term: QTerm = { kind: 'term', path, test: isAbsence ? { kind: 'absent' } : this.#test(path) };
    return links.reduceRight<QLink | QTerm>((inner, link) => ({ kind: 'link', ...link, inner }), term);
  }

  #typeHint(): string[] {
    const start = this.#scanner.position;
    const hint = this.#scanner.match(TYPE_HINT);
    if (hint === undefined) return [];
    return hint
      .slice(0, -1)
      .split(',')
      .map((item) => {
        const type = decodedName(item.trim());
        if (!isName(type)) throw this.#scanner.error('entity type names before ":"', start);
        return this.#names.type(type);
      });
  }

  #test(path: TargetPath): QTest {
    const scanner = this.#scanner;
    const expand = this.#expansion(path);
    if (scanner.accept('==')) return { kind: 'equal', operand: scanOperand(scanner, expand) };
    if (scanner.accept('!=')) return { kind: 'unequal', operand: scanOperand(scanner, expand) };
    if (scanner.accept('~=')) return { kind: 'match', pattern: scanPattern(scanner) };
    if (scanner.accept('!~=')) return { kind: 'noMatch', pattern: scanPattern(scanner) };
    for (const [operator, kind] of ORDERINGS) {
      if (scanner.accept(operator)) return { kind, literal: scanComparable(scanner, expand) };
    }
    return { kind: 'exists' };
  }

  #expansion(path: TargetPath): ExpandLiteral | undefined {
    if (path.kind === 'entityMember') return path.member === 'type' ? (text) => this.#names.type(text) : undefined;
    if (path.kind !== 'value' || !this.#expanded.has(path.names.at(-1) as string)) return undefined;
    return (text) => this.#names.vocab(text);
  }
}

function expandedNames(terms: readonly string[] | undefined, parameter: string, names: NameExpander): string[] {
  return (terms ?? []).map((term) => {
    if (!isName(term)) throw new Scanner(parameter, term).error('an attribute name');
    return names.attribute(term);
  });
}
