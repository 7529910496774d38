import { computeTask } from '@alzette/kit/compute-task';
import { compileExpression } from '@alzette/kit/expressions';
import type { ModelCheck } from '../contract/contract.ts';
import type { Model } from '../contract/model.ts';
import { ModelFault } from '../model/compile-model.ts';
import { tryGolden } from '../simulate/golden.ts';

const LIMIT_MS = 5000;

export const CHECK = computeTask<typeof checkModel>('decisions.check-model', import.meta.url, { limitMs: LIMIT_MS });

/** What is wrong with a model, and what its golden examples give. */
export default function checkModel(model: Model): ModelCheck {
  try {
    model.levers.forEach(({ default: usual }, at) => {
      if (typeof usual === 'number') return;
      try {
        compileExpression(usual);
      } catch (cause) {
        throw new ModelFault(`levers.${at}.default`, cause instanceof Error ? cause.message : String(cause));
      }
    });
    const golden = tryGolden(model);
    const faults = golden.flatMap(({ title, checks }, at) =>
      checks
        .filter(({ isMet }) => !isMet)
        .map(({ name, got, expected }) => ({
          field: `golden.${at}.expected.${name}`,
          message: `${title}: the model gives ${got}, expected ${expected}`,
        })),
    );
    return {
      faults,
      golden: golden.map((each) => ({ ...each, checks: each.checks.filter(({ got }) => Number.isFinite(got)) })),
    };
  } catch (cause) {
    if (!(cause instanceof ModelFault)) throw cause;
    return { faults: [{ field: cause.field, message: cause.message }], golden: [] };
  }
}
