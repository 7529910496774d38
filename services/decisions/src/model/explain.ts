import type { Tree } from '@alzette/kit/expression-tree';
import type { Explanation } from '../contract/scenario.ts';
import { compileFormula, namesIn } from './compile-formula.ts';
import { type CompiledModel, placeOf } from './compile-model.ts';
import { CONSTANTS } from './constants.ts';

/** Why a value is what it is: its formula, and the parts in it, down to levers and sources. Each part comes once. */
export function explain(compiled: CompiledModel, values: Float64Array, name: string): Explanation[] {
  const found = new Map<string, Explanation>();
  const visit = (each: string): void => {
    if (found.has(each)) return;
    const part = partOf(compiled, values, each);
    found.set(each, part);
    for (const inner of part.from ?? []) visit(inner);
  };
  visit(name);
  return [...found.values()];
}

function partOf(compiled: CompiledModel, values: Float64Array, name: string): Explanation {
  const { model, places, trees, units } = compiled;
  const shared = { id: name, value: values[placeOf(places, name)] as number, unit: units.get(name) ?? '1' };
  const lever = model.levers.find(({ id }) => id === name);
  if (lever !== undefined) return { ...shared, kind: 'lever', title: lever.title };
  const factor = model.factors.find(({ id }) => id === name);
  if (factor !== undefined) {
    const { title, source, low, high, scope, reviewBy, isAssumption } = factor;
    return {
      ...shared,
      kind: 'factor',
      title,
      source,
      ...(low !== undefined && { low }),
      ...(high !== undefined && { high }),
      ...(scope !== undefined && { scope }),
      ...(reviewBy !== undefined && { reviewBy }),
      ...(isAssumption && { isAssumption }),
    };
  }
  for (const { function: called, takes, gives } of model.calls ?? []) {
    const result = gives.find(({ id }) => id === name);
    if (result === undefined) continue;
    const args = Object.entries(takes).map(([argument, lever]) => `${argument}: ${lever}`);
    const formula = `${called}(${args.join(', ')}).${result.is}`;
    return { ...shared, kind: 'function', title: result.title, formula, from: Object.values(takes) };
  }
  if (Object.hasOwn(CONSTANTS, name)) return { ...shared, kind: 'conversion' };
  const equation = model.equations.find(({ id }) => id === name);
  const tree = trees.get(name) as Tree;
  return {
    ...shared,
    kind: 'equation',
    ...(equation?.title && { title: equation.title }),
    formula: equation?.is ?? '',
    ...termsOf(tree, compiled, values),
    from: namesIn(tree),
  };
}

/** The terms of a sum with their shares of it. */
function termsOf(tree: Tree, { places }: CompiledModel, values: Float64Array): Pick<Explanation, 'terms'> {
  const terms = summands(tree, 1);
  if (terms.length < 2) return {};
  const valued = terms.map(({ part, sign }) => ({
    text: textOf(part),
    value: sign * compileFormula(part, (name) => placeOf(places, name))(values),
  }));
  const total = valued.reduce((sum, { value }) => sum + value, 0);
  return { terms: valued.map((term) => ({ ...term, ...(total !== 0 && { share: term.value / total }) })) };
}

function summands(part: Tree, sign: 1 | -1): { readonly part: Tree; readonly sign: 1 | -1 }[] {
  if (part.type !== 'binary' || (part.operator !== '+' && part.operator !== '-')) return [{ part, sign }];
  const opposite = sign === 1 ? -1 : 1;
  return [...summands(part.left, sign), ...summands(part.right, part.operator === '+' ? sign : opposite)];
}

function textOf(part: Tree): string {
  switch (part.type) {
    case 'literal':
      return String(part.value);
    case 'name':
      return part.name;
    case 'binary':
      return `${bracketed(part.left)} ${part.operator} ${bracketed(part.right)}`;
    case 'transform':
      return `${part.name}(${part.args.map(textOf).join(', ')})`;
    case 'choice':
      return '?:';
    default:
      return part.type;
  }
}

function bracketed(part: Tree): string {
  return part.type === 'binary' && (part.operator === '+' || part.operator === '-')
    ? `(${textOf(part)})`
    : textOf(part);
}
