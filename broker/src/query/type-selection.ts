import type { NameExpander } from '../model/names.ts';
import { isName } from '../model/values.ts';
import { Scanner } from './scanner.ts';

/** One of the groups must match; a group requires all of its types (4.17). Types are IRIs; `*` is any type. */
export type TypeSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'anyOf'; readonly groups: readonly (readonly string[])[] };

const TYPE = /[^\s,;|()]+/y;

/**
 * Parses an entity type selection (4.17), e.g. `Vehicle,(Building;Shop)`, or `*`.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseTypeSelection(text: string, names: NameExpander): TypeSelection {
  const scanner = new Scanner('type', text);
  if (text.trim() === '*') return { kind: 'all' };

  const groups: string[][] = [];
  do {
    scanner.skipBlanks();
    if (scanner.accept('(')) groups.push(...inParentheses(scanner, names));
    else groups.push([type(scanner, names)]);
    scanner.skipBlanks();
  } while (scanner.accept(',') || scanner.accept('|'));

  if (scanner.sees(';')) throw scanner.error('",", "|" or the end: ";" stands within parentheses only');
  if (!scanner.atEnd) throw scanner.error('",", "|" or the end');
  return { kind: 'anyOf', groups };
}

/** `A;B)` is one group; `A|B)` and `A,B)` are one group for each type. */
function inParentheses(scanner: Scanner, names: NameExpander): string[][] {
  const types: string[] = [];
  let separators: readonly string[] = [';', '|', ','];
  for (;;) {
    scanner.skipBlanks();
    types.push(type(scanner, names));
    scanner.skipBlanks();
    const used = separators.find((separator) => scanner.accept(separator));
    if (used === undefined) break;
    separators = used === ';' ? [';'] : ['|', ','];
  }
  if (!scanner.accept(')')) throw scanner.error(`${separators.map((separator) => `"${separator}"`).join(', ')} or ")"`);
  return separators[0] === ';' ? [types] : types.map((one) => [one]);
}

function type(scanner: Scanner, names: NameExpander): string {
  const start = scanner.position;
  const name = scanner.match(TYPE);
  if (!isName(name)) throw scanner.error('an entity type name', start);
  return names.type(name);
}

/** Whether an entity with these types is selected. */
export function matchesTypes(selection: TypeSelection, types: readonly string[]): boolean {
  if (selection.kind === 'all') return true;
  return selection.groups.some((group) => group.every((type) => types.includes(type)));
}
