import type { Tree } from '@alzette/kit/expression-tree';
import { PLAIN_UNITS } from '@alzette/ngsi-ld-schemas/quantities';

/** The powers of a unit's names: `kWh/m^2` is { kWh: 1, m: -2 }. Without names it is a plain number. */
export type Powers = ReadonlyMap<string, number>;

const PART = /^([\p{L}%€][\p{L}\p{N}_€%]*)(?:\^(-?\d))?$/u;

/** @throws Error: it is not a unit */
export function unitOf(text: string): Powers {
  const powers = new Map<string, number>();
  if (PLAIN_UNITS.some((plain) => plain === text)) return powers;
  const parts = text.split(/([*/])/);
  parts.forEach((part, at) => {
    if (at % 2 === 1 || (at === 0 && part.trim() === '1')) return;
    const [, name, power = '1'] = PART.exec(part.trim()) ?? [];
    if (name === undefined) throw new Error(`got unit "${text}", expected names and powers with * and /, or 1`);
    add(powers, name, parts[at - 1] === '/' ? -Number(power) : Number(power));
  });
  return powers;
}

export function unitText(powers: Powers): string {
  const written = (list: (readonly [string, number])[]) =>
    list.map(([name, power]) => (Math.abs(power) === 1 ? name : `${name}^${Math.abs(power)}`));
  const above = written([...powers].filter(([, power]) => power > 0));
  const below = written([...powers].filter(([, power]) => power < 0));
  return [above.join('*') || '1', ...below].join('/');
}

export function sameUnit(a: Powers, b: Powers): boolean {
  return a.size === b.size && [...a].every(([name, power]) => b.get(name) === power);
}

/** The unit of a formula. @throws Error names the two units that do not fit */
export function unitOfTree(tree: Tree, unitOfName: (name: string) => Powers): Powers {
  const of = (part: Tree): Powers => unitOfTree(part, unitOfName);
  const same = (parts: readonly Tree[], what: string): Powers => {
    // Nothing is nothing in every unit.
    const counted = parts.filter((part) => part.type !== 'literal' || part.value !== 0);
    const [first = new Map<string, number>(), ...others] = counted.map(of);
    const other = others.find((each) => !sameUnit(first, each));
    if (other === undefined) return first;
    throw new Error(`${what} of ${unitText(first)} and ${unitText(other)}, expected one unit`);
  };
  switch (tree.type) {
    case 'name':
      return unitOfName(tree.name);
    case 'binary':
      return ofBinary(tree, of, same);
    case 'choice':
      for (const { test } of tree.cases) of(test);
      return same([...tree.cases.flatMap(({ value }) => value ?? []), tree.otherwise], 'a choice');
    case 'transform':
      return ofTransform(tree, of, same);
    default:
      return new Map();
  }
}

type Same = (parts: readonly Tree[], what: string) => Powers;

function ofBinary(
  { operator, left, right }: Extract<Tree, { type: 'binary' }>,
  of: (part: Tree) => Powers,
  same: Same,
): Powers {
  switch (operator) {
    case '*':
      return multiplied(of(left), of(right), 1);
    case '/':
      return multiplied(of(left), of(right), -1);
    case '^': {
      const base = of(left);
      if (of(right).size > 0) throw new Error(`a power with the unit ${unitText(of(right))}, expected a plain number`);
      if (base.size === 0) return base;
      if (right.type !== 'literal') throw new Error(`a power of ${unitText(base)}, expected a number as the exponent`);
      return new Map([...base].map(([name, power]) => [name, power * Number(right.value)]));
    }
    case '+':
    case '-':
      return same([left, right], operator === '+' ? 'a sum' : 'a difference');
    default:
      same([left, right], 'a comparison');
      return new Map();
  }
}

function ofTransform(
  { name, args }: Extract<Tree, { type: 'transform' }>,
  of: (part: Tree) => Powers,
  same: Same,
): Powers {
  if (name === 'min' || name === 'max') return same(args, name);
  if (name === 'abs' || name === 'ceil') return args[0] === undefined ? new Map() : of(args[0]);
  for (const arg of args) {
    const unit = of(arg);
    if (unit.size > 0) throw new Error(`${name} of ${unitText(unit)}, expected plain numbers`);
  }
  return new Map(name === 'annuity' ? [['yr', 1]] : []);
}

function multiplied(a: Powers, b: Powers, sign: 1 | -1): Powers {
  const powers = new Map(a);
  for (const [name, power] of b) add(powers, name, sign * power);
  return powers;
}

function add(powers: Map<string, number>, name: string, power: number): void {
  const sum = (powers.get(name) ?? 0) + power;
  if (sum === 0) powers.delete(name);
  else powers.set(name, sum);
}
