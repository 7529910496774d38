import type { FunctionCall, ModelFunction, ModelFunctionPort, Values } from '@alzette/kit/model-functions';
import { Problem } from '@alzette/kit/problems';
import type { Call, Model } from '../contract/model.ts';
import { sameUnit, unitOf, unitText } from '../model/units.ts';

interface Fault {
  readonly field: string;
  readonly message: string;
}

/** The functions of other services that models call. */
export interface ModelFunctions extends ModelFunctionPort {
  /** Calls of a model that name no function, or other units than it has. */
  faultsOf(model: Model): Fault[];
  /** What the calls of a model give for each set of levers. @throws Problem 422: a function is missing */
  compute(call: FunctionCall, model: Model, levers: readonly Values[]): Promise<readonly Values[]>;
}

export function openModelFunctions(): ModelFunctions {
  const functions = new Map<string, ModelFunction>();
  return {
    declare(name, declared) {
      if (functions.has(name)) throw new Error(`The function ${name} is declared twice`);
      functions.set(name, declared);
    },
    faultsOf: (model) => (model.calls ?? []).flatMap((call, at) => faultsOfCall(functions, model, call, `calls.${at}`)),
    async compute(call, model, levers) {
      const computed: Values[] = levers.map(() => ({}));
      const [fault] = this.faultsOf(model);
      if (fault !== undefined)
        throw new Problem(422, 'The model cannot be computed', `${fault.field}: ${fault.message}`);
      for (const { function: name, takes, gives } of model.calls ?? []) {
        const sets = levers.map((set) =>
          Object.fromEntries(Object.entries(takes).map(([argument, lever]) => [argument, set[lever] ?? Number.NaN])),
        );
        const results = (await functions.get(name)?.compute(call, sets)) ?? [];
        results.forEach((result, at) => {
          const own = gives.map(({ id, is }) => [id, result[is] ?? Number.NaN] as const);
          computed[at] = { ...computed[at], ...Object.fromEntries(own) };
        });
      }
      return computed;
    },
  };
}

function faultsOfCall(
  functions: ReadonlyMap<string, ModelFunction>,
  { levers }: Model,
  { function: name, takes, gives }: Call,
  at: string,
): Fault[] {
  const known = functions.get(name);
  if (known === undefined) {
    const names = [...functions.keys()].join(', ') || 'none: no service here has functions';
    return [{ field: `${at}.function`, message: `got "${name}", expected one of ${names}` }];
  }
  const faults: Fault[] = [];
  const fits = (field: string, part: string, declared: string | undefined, used: string | undefined) => {
    if (declared === undefined) faults.push({ field, message: `got "${part}", expected a part of ${name}` });
    else if (used !== undefined && !sameUnit(unitOf(declared), unitOf(used)))
      faults.push({ field, message: `${part} is in ${unitText(unitOf(used))}, expected ${declared}` });
  };
  for (const argument of Object.keys(known.takes))
    if (!Object.hasOwn(takes, argument))
      faults.push({ field: `${at}.takes`, message: `got no ${argument}, expected it` });
  for (const [argument, lever] of Object.entries(takes))
    fits(`${at}.takes.${argument}`, argument, known.takes[argument], levers.find(({ id }) => id === lever)?.unit);
  for (const { is, unit } of gives) fits(`${at}.gives.${is}`, is, known.gives[is], unit);
  return faults;
}
