import type { Tree } from '@alzette/kit/expression-tree';

/** Computes a number from the values of all names, each at its place. */
export type Compute = (values: Float64Array) => number;

const FUNCTIONS: { readonly [name: string]: { readonly arity: number; readonly of: (...args: number[]) => number } } = {
  min: { arity: 2, of: (a = 0, b = 0) => Math.min(a, b) },
  max: { arity: 2, of: (a = 0, b = 0) => Math.max(a, b) },
  abs: { arity: 1, of: (a = 0) => Math.abs(a) },
  ceil: { arity: 1, of: (a = 0) => Math.ceil(a) },
  exp: { arity: 1, of: (a = 0) => Math.exp(a) },
  ln: { arity: 1, of: (a = 0) => Math.log(a) },
  sqrt: { arity: 1, of: (a = 0) => Math.sqrt(a) },
  annuity: { arity: 2, of: (rate = 0, years = 0) => annuity(rate, years) },
  erlangB: { arity: 2, of: (traffic = 0, servers = 0) => erlangB(traffic, servers) },
};
const OPERATORS: { readonly [operator: string]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
};
const MOST_SERVERS = 10_000;

/** Literals that a formula may contain: other numbers are factors, which have a source. */
const LITERALS: ReadonlySet<number> = new Set([0, 1, 2, -1, 100]);

/** The present value of one euro at the end of each of so many years. */
export function annuity(rate: number, years: number): number {
  return rate === 0 ? years : (1 - (1 + rate) ** -years) / rate;
}

/** The share of arrivals that find all servers busy. */
function erlangB(traffic: number, servers: number): number {
  let blocked = 1;
  for (let n = 1; n <= Math.min(servers, MOST_SERVERS); n += 1) blocked = (traffic * blocked) / (n + traffic * blocked);
  return blocked;
}

/** @throws Error: a part of the language that computes no number, or an unknown name */
export function compileFormula(tree: Tree, placeOf: (name: string) => number): Compute {
  const compile = (part: Tree): Compute => compileFormula(part, placeOf);
  switch (tree.type) {
    case 'literal': {
      const { value } = tree;
      if (typeof value !== 'number') throw new Error(`got ${JSON.stringify(value)}, expected a number`);
      if (!LITERALS.has(value))
        throw new Error(`got the number ${value}, expected the name of a factor, which has a source and a unit`);
      return () => value;
    }
    case 'name': {
      if (tree.from !== undefined || tree.isRelative) throw new Error(`got a member ${tree.name}, expected a name`);
      const place = placeOf(tree.name);
      return (values) => values[place] as number;
    }
    case 'binary': {
      const operate = Object.hasOwn(OPERATORS, tree.operator) ? OPERATORS[tree.operator] : undefined;
      if (operate === undefined)
        throw new Error(`got the operator ${tree.operator}, expected one of ${Object.keys(OPERATORS).join(' ')}`);
      const [left, right] = [compile(tree.left), compile(tree.right)];
      return (values) => operate(left(values), right(values));
    }
    case 'choice': {
      const cases = tree.cases.map(({ test, value }) => {
        if (value === undefined) throw new Error('got ?:, expected a value between ? and :');
        return { test: compile(test), value: compile(value) };
      });
      const otherwise = compile(tree.otherwise);
      return (values) => (cases.find(({ test }) => test(values) !== 0)?.value ?? otherwise)(values);
    }
    case 'transform':
      return compileFunction(tree.name, tree.args.map(compile));
    default:
      throw new Error(`got a ${tree.type}, expected numbers, names and operators`);
  }
}

function compileFunction(name: string, args: readonly Compute[]): Compute {
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (known === undefined) {
    throw new Error(`got the function ${name}, expected one of ${Object.keys(FUNCTIONS).join(', ')}`);
  }
  const { arity, of } = known;
  if (args.length !== arity) throw new Error(`${name}: got ${args.length} values, expected ${arity}`);
  const [first, second] = args as [Compute, Compute?];
  return second === undefined ? (values) => of(first(values)) : (values) => of(first(values), second(values));
}

/** The names in a formula, each once. */
export function namesIn(tree: Tree): string[] {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('type' in part && part.type === 'name' && 'name' in part) found.add(String(part.name));
    for (const inner of Object.values(part)) visit(inner);
  };
  visit(tree);
  return [...found];
}
