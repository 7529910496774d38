import { type Budget, spend, spendOn } from './budget.ts';
import type { Tree } from './parse.ts';
import { resultSizes, transforms } from './transforms.ts';

/** What an expression is evaluated with. */
export interface Scope extends Budget {
  readonly variables: Variables;
  /** The element that a filter looks at. */
  readonly element: unknown;
}

export type Variables = Readonly<Record<string, unknown>>;
type Evaluate = (scope: Scope) => unknown;

/** @throws Error: a transform is unknown */
export function compileTree(tree: Tree): Evaluate {
  switch (tree.type) {
    case 'literal': {
      const { value } = tree;
      return () => value;
    }
    case 'name':
      return compileName(tree);
    case 'not': {
      const of = compileTree(tree.of);
      return (scope) => !of(scope);
    }
    case 'binary':
      return compileBinary(tree.operator, compileTree(tree.left), compileTree(tree.right));
    case 'choice': {
      const cases = tree.cases.map(({ test, value }) => ({
        test: compileTree(test),
        value: value && compileTree(value),
      }));
      const otherwise = compileTree(tree.otherwise);
      return (scope) => {
        for (const { test, value } of cases) {
          const result = test(scope);
          if (result) return value === undefined ? result : value(scope);
        }
        return otherwise(scope);
      };
    }
    case 'list': {
      const items = tree.items.map(compileTree);
      return (scope) => items.map((item) => item(scope));
    }
    case 'object': {
      const members = tree.members.map(([name, value]) => [name, compileTree(value)] as const);
      return (scope) => Object.fromEntries(members.map(([name, value]) => [name, value(scope)]));
    }
    case 'transform':
      return compileTransform(tree.name, tree.args.map(compileTree));
    case 'filter':
      return tree.isRelative ? compileFilter(tree.of, tree.condition) : compileMember(tree.of, tree.condition);
  }
}

function compileName({ name, from, isRelative }: Extract<Tree, { type: 'name' }>): Evaluate {
  if (from === undefined) {
    return isRelative
      ? ({ element, variables }) => memberOf(element || variables, name)
      : ({ variables }) => memberOf(variables, name);
  }
  const of = compileTree(from);
  return (scope) => {
    const object = of(scope);
    if (object === undefined || object === null) return undefined;
    return memberOf(Array.isArray(object) ? object[0] : object, name);
  };
}

/** Never a function, such as `constructor`: expressions can't call them. */
function memberOf(object: unknown, name: string | number): unknown {
  const value = (object as { readonly [name: string | number]: unknown })[name]; // throws as JavaScript does
  return typeof value === 'function' ? undefined : value;
}

/** Operators convert as JavaScript does. */
const OPERATORS: { readonly [operator: string]: (left: never, right: never) => unknown } = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  '/': (left: number, right: number) => left / right,
  '//': (left: number, right: number) => Math.floor(left / right),
  '%': (left: number, right: number) => left % right,
  '^': (left: number, right: number) => left ** right,
  // biome-ignore lint/suspicious/noDoubleEquals: JEXL compares so
  '==': (left: unknown, right: unknown) => left == right,
  // biome-ignore lint/suspicious/noDoubleEquals: JEXL compares so
  '!=': (left: unknown, right: unknown) => left != right,
  '>': (left: number, right: number) => left > right,
  '>=': (left: number, right: number) => left >= right,
  '<': (left: number, right: number) => left < right,
  '<=': (left: number, right: number) => left <= right,
  in: (left: unknown, right: unknown) =>
    typeof right === 'string' ? right.includes(String(left)) : Array.isArray(right) && right.indexOf(left) !== -1,
};

function compileBinary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === '&&') return (scope) => left(scope) && right(scope);
  if (operator === '||') return (scope) => left(scope) || right(scope);
  const compute = OPERATORS[operator] as (left: unknown, right: unknown) => unknown;
  return (scope) => {
    const [a, b] = [left(scope), right(scope)];
    if (typeof a !== 'number' || typeof b !== 'number') {
      spendOn(scope, a);
      spendOn(scope, b);
    }
    return compute(a, b);
  };
}

/** @throws Error: it is unknown */
function compileTransform(name: string, args: readonly Evaluate[]): Evaluate {
  const transform = callable(transforms, name);
  if (transform === undefined) throw new Error(`Transform ${name} is not defined.`);
  const sizeOf = callable(resultSizes, name);
  const [only] = args;
  if (args.length === 1 && only !== undefined) {
    return (scope) => {
      const value = only(scope);
      spendOn(scope, value);
      if (sizeOf !== undefined) spend(scope, sizeOf(value));
      return transform(value);
    };
  }
  return (scope) => {
    const values = args.map((arg) => arg(scope));
    for (const value of values) spendOn(scope, value);
    if (sizeOf !== undefined) spend(scope, sizeOf(...values));
    return transform(...values);
  };
}

/** One of these functions. Expressions pass values of any type, which functions convert. */
function callable<T>(
  functions: { readonly [name: string]: (...values: never) => T },
  name: string,
): ((...values: readonly unknown[]) => T) | undefined {
  return Object.hasOwn(functions, name) ? (functions[name] as (...values: readonly unknown[]) => T) : undefined;
}

/** The elements for which the condition is true. */
function compileFilter(of: Tree, condition: Tree): Evaluate {
  const [listOf, isKept] = [compileTree(of), compileTree(condition)];
  const size = sizeOfTree(condition);
  return (scope) => {
    const subject = listOf(scope);
    const list: readonly unknown[] = Array.isArray(subject) ? subject : subject === undefined ? [] : [subject];
    spend(scope, list.length * size);
    const inner = { ...scope, element: undefined as unknown };
    const kept = list.filter((element) => {
      inner.element = element;
      return isKept(inner);
    });
    scope.left = inner.left;
    return kept;
  };
}

/** The member with the computed name or number; for true or false, the object itself or nothing. */
function compileMember(of: Tree, key: Tree): Evaluate {
  const [objectOf, keyOf] = [compileTree(of), compileTree(key)];
  return (scope) => {
    const [object, name] = [objectOf(scope), keyOf(scope)];
    if (typeof name === 'boolean') return name ? object : undefined;
    spendOn(scope, name);
    return memberOf(object, typeof name === 'number' ? name : String(name));
  };
}

/** At least the number of its parts. */
function sizeOfTree(part: unknown): number {
  if (typeof part !== 'object' || part === null) return 1;
  return Object.values(part).reduce<number>((sum, each) => sum + sizeOfTree(each), 1);
}
