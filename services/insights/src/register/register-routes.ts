import { actor } from '@alzette/kit/access';
import type { AiUse } from '@alzette/kit/ai-uses';
import type { Queryable } from '@alzette/kit/database';
import { forKnown, judged, named, type ObjectKind } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { InsightsContract, AiUse as ShownUse } from '../contract/contract.ts';
import type { InsightParts } from '../parts.ts';
import {
  countOutputs,
  findOutput,
  forgetOutputsOf,
  judgeOutput,
  latestOutputs,
  type OutputCounts,
  type OutputHead,
} from './output-rows.ts';
import { type KeptEvaluation, readEvaluations, readUseStates, switchUse, type UseState } from './register-rows.ts';

/** `/insights/uses`: the register of AI uses. @param switched called after a use was turned on or off */
export function registerHandlers(
  { db, register, audit, callerOf }: InsightParts,
  { switched }: { readonly switched: () => Promise<void> },
): Handlers<InsightsContract, 'uses' | 'switchUse' | 'outputs'> {
  const useOf = (name: string): AiUse => {
    const use = register.uses.get(name);
    if (use === undefined) throw missing('use of AI', name);
    return use;
  };
  return {
    uses: {
      objects: forKnown('register of AI uses'),
      async handle({ tenant }) {
        const [states, evaluations, counts] = await Promise.all([
          readUseStates(db, tenant),
          readEvaluations(db, tenant),
          countOutputs(db, tenant),
        ]);
        return {
          uses: [...register.uses.values()].map((use) =>
            shown(use, states.get(use.name), evaluations.get(use.name), counts.get(use.name)),
          ),
        };
      },
    },
    async switchUse(request) {
      const { tenant, body } = request;
      const { isOn, owner } = body;
      const use = useOf(request.params.name);
      const by = actor(callerOf(request));
      await switchUse(db, tenant, use.name, { isOn, owner, by });
      await audit.append({
        actor: by,
        action: isOn ? 'ai-use.turn-on' : 'ai-use.turn-off',
        object: use.name,
        tenant,
        outcome: 'done',
        details: {},
      });
      await use.switched?.(tenant, isOn);
      if (!isOn) await forgetOutputsOf(db, tenant, use.name);
      await switched();
    },
    outputs: async ({ tenant, params, query }) => ({
      outputs: await latestOutputs(db, tenant, useOf(params.name).name, query.limit),
    }),
  };
}

/** `/insights/outputs`: feedback on the outputs of AI uses. */
export function feedbackHandlers({ db, callerOf }: InsightParts): Handlers<InsightsContract, 'judgeOutput'> {
  const outputs = outputsOf(db);
  return {
    judgeOutput: {
      objects: named(outputs),
      async handle(request) {
        const { isRight, note = '' } = request.body;
        const { id } = judged(request, outputs);
        await judgeOutput(db, request.tenant, id, { actor: actor(callerOf(request)), isRight, note });
      },
    },
  };
}

/**
 * Whoever may read the entity of an output may give feedback, except strangers. For an output without an entity, only the
 * user it was made for.
 */
function outputsOf(db: Queryable): ObjectKind<OutputHead> {
  return {
    name: 'output',
    find: (tenant, id) => findOutput(db, tenant, id),
    async may(_action, { about, by }, { caller, refused }) {
      if (about === '') return by === actor(caller);
      return caller.kind !== 'anonymous' && (await refused('read', [about])).size === 0;
    },
  };
}

function shown(
  { name, title, purpose, data, method, risk, riskReason }: AiUse,
  state: UseState | undefined,
  evaluation: KeptEvaluation | undefined,
  counts: OutputCounts = { outputs: 0, right: 0, wrong: 0 },
): ShownUse {
  return {
    name,
    title,
    purpose,
    data,
    method,
    risk,
    riskReason,
    isOn: state?.isOn === true,
    owner: state?.owner ?? '',
    ...(state && { switchedAt: state.switchedAt.toISOString() }),
    ...(evaluation && { evaluation: { ...evaluation, at: evaluation.at.toISOString() } }),
    ...counts,
  };
}
