import { parseExpression, type Tree } from '@alzette/kit/expression-tree';
import type { Model } from '../contract/model.ts';
import { type Compute, compileFormula, namesIn } from './compile-formula.ts';
import { CONSTANTS } from './constants.ts';
import { sameUnit, unitOf, unitOfTree, unitText } from './units.ts';

/** What is wrong with a model, and where. */
export class ModelFault extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'ModelFault';
    this.field = field;
  }
}

export interface CompiledModel {
  readonly model: Model;
  /** The place of each name in the values. */
  readonly places: ReadonlyMap<string, number>;
  readonly trees: ReadonlyMap<string, Tree>;
  /** Of each name. */
  readonly units: ReadonlyMap<string, string>;
  /** Values with constants and factors at their central values; levers are to be set. */
  start(): Float64Array;
  /** Computes all equations from levers and factors. */
  run(values: Float64Array): void;
}

/** Orders equations by what they need, and checks units. @throws ModelFault */
export function compileModel(model: Model): CompiledModel {
  const units = declaredUnits(model);
  const places = new Map([...units.keys()].map((name, place) => [name, place]));
  const trees = new Map<string, Tree>();
  model.equations.forEach(({ id, is }, at) => {
    trees.set(
      id,
      within(`equations.${at}.is`, () => parseExpression(is)),
    );
  });
  const steps = ordered(model, trees).map((id) => {
    const at = model.equations.findIndex((equation) => equation.id === id);
    const tree = trees.get(id) as Tree;
    return within(`equations.${at}.is`, () => {
      const compute = compileFormula(tree, (name) => placeOf(places, name));
      checkUnit(tree, id, units);
      return { place: places.get(id) as number, compute };
    });
  });
  checkReferences(model, places, units);
  return {
    model,
    places,
    trees,
    units,
    start() {
      const values = new Float64Array(places.size);
      for (const [name, { value }] of Object.entries(CONSTANTS)) values[places.get(name) as number] = value;
      for (const { id, value } of model.factors) values[places.get(id) as number] = value;
      return values;
    },
    run(values) {
      for (const { place, compute } of steps) values[place] = compute(values);
    },
  };
}

/** Names that a model has from functions. */
export function givenBy({ calls = [] }: Pick<Model, 'calls'>) {
  return calls.flatMap(({ gives }) => gives);
}

/** The unit of a lever, an equation or the result of a function. */
export function unitOfName(model: Model, name: string): string {
  return [...model.equations, ...model.levers, ...givenBy(model)].find(({ id }) => id === name)?.unit ?? '1';
}

function declaredUnits({ levers, factors, equations, calls }: Model): Map<string, string> {
  const units = new Map(Object.entries(CONSTANTS).map(([name, { unit }]) => [name, unit]));
  for (const [field, list] of Object.entries({ levers, factors, equations, calls: givenBy({ calls }) })) {
    list.forEach(({ id, unit }, at) => {
      if (units.has(id)) throw new ModelFault(`${field}.${at}.id`, `got "${id}" a second time, expected a unique name`);
      within(`${field}.${at}.unit`, () => unitOf(unit));
      units.set(id, unit);
    });
  }
  return units;
}

/** Each equation after those that it needs. */
function ordered({ equations }: Model, trees: ReadonlyMap<string, Tree>): string[] {
  const done: string[] = [];
  const visit = (id: string, path: readonly string[]): void => {
    const tree = trees.get(id);
    if (tree === undefined || done.includes(id)) return;
    if (path.includes(id)) {
      const at = equations.findIndex((equation) => equation.id === id);
      const cycle = [...path.slice(path.indexOf(id)), id].join(' → ');
      throw new ModelFault(`equations.${at}.is`, `got a cycle ${cycle}, expected none`);
    }
    for (const name of namesIn(tree)) visit(name, [...path, id]);
    done.push(id);
  };
  for (const { id } of equations) visit(id, []);
  return done;
}

function checkUnit(tree: Tree, id: string, units: ReadonlyMap<string, string>): void {
  const found = unitOfTree(tree, (name) => unitOf(units.get(name) ?? '1'));
  const declared = unitOf(units.get(id) ?? '1');
  if (!sameUnit(found, declared))
    throw new Error(`${id} is declared in ${unitText(declared)}, but its formula gives ${unitText(found)}`);
}

/** Names that other parts of the document mention, and ranges. */
function checkReferences(
  { levers, factors, outputs, golden, main, size, calls = [] }: Model,
  places: ReadonlyMap<string, number>,
  units: ReadonlyMap<string, string>,
): void {
  const known = (field: string, name: string) => within(field, () => placeOf(places, name));
  levers.forEach(({ min, max, default: usual, today, choices }, at) => {
    if (min >= max) throw new ModelFault(`levers.${at}.max`, `got ${max}, expected more than ${min}`);
    if (choices !== undefined && choices.length !== max - min + 1)
      throw new ModelFault(`levers.${at}.choices`, `got ${choices.length} names, expected ${max - min + 1}`);
    for (const value of [typeof usual === 'number' ? usual : min, today ?? min]) {
      if (value < min || value > max)
        throw new ModelFault(`levers.${at}`, `got the value ${value}, expected one from ${min} to ${max}`);
    }
  });
  factors.forEach(({ value, low = value, high = value, distribution }, at) => {
    if (distribution === 'fixed') return;
    const isOrdered = low <= value && value <= high && low < high && (distribution !== 'lognormal' || low > 0);
    if (!isOrdered)
      throw new ModelFault(`factors.${at}`, `got ${low}, ${value}, ${high}, expected low, value and high in order`);
  });
  outputs.forEach(({ is, change }, at) => {
    known(`outputs.${at}.is`, is);
    if (change !== undefined) known(`outputs.${at}.change`, change);
    if (change !== undefined && unitOf(units.get(change) ?? '1').size > 0)
      throw new ModelFault(`outputs.${at}.change`, `got the unit ${units.get(change)}, expected 1 or share`);
  });
  if (!outputs.some(({ id }) => id === main))
    throw new ModelFault('main', `got "${main}", expected the id of an output`);
  if (size !== undefined && !levers.some(({ id }) => id === size))
    throw new ModelFault('size', `got "${size}", expected the id of a lever`);
  calls.forEach(({ takes }, at) => {
    const strange = Object.values(takes).find((id) => !levers.some((lever) => lever.id === id));
    if (strange !== undefined)
      throw new ModelFault(`calls.${at}.takes`, `got "${strange}", expected the id of a lever`);
  });
  const given = givenBy({ calls }).map(({ id }) => id);
  golden.forEach(({ levers: set, factors: changed = {}, given: results = {} }, at) => {
    const missing = given.find((id) => !Object.hasOwn(results, id));
    const extra = Object.keys(results).find((id) => !given.includes(id));
    if (missing !== undefined) throw new ModelFault(`golden.${at}.given`, `got no ${missing}, expected its value`);
    if (extra !== undefined) throw new ModelFault(`golden.${at}.given`, `got "${extra}", expected a result of a call`);
    const strange =
      Object.keys(set).find((id) => !levers.some((lever) => lever.id === id)) ??
      Object.keys(changed).find((id) => !factors.some((factor) => factor.id === id));
    if (strange !== undefined) throw new ModelFault(`golden.${at}`, `got "${strange}", expected a lever or a factor`);
  });
}

export function placeOf(places: ReadonlyMap<string, number>, name: string): number {
  const place = places.get(name);
  if (place === undefined)
    throw new Error(`got the name "${name}", expected a lever, a factor, an equation or a conversion of this model`);
  return place;
}

function within<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof ModelFault) throw cause;
    throw new ModelFault(field, cause instanceof Error ? cause.message : String(cause));
  }
}

export type { Compute };
