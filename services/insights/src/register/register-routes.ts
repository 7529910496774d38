import { actor } from '@alzette/kit/access';
import type { AiUse } from '@alzette/kit/ai-uses';
import { bodyReader, object } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { forKnown, judged, named, type ObjectKind } from '@alzette/kit/objects';
import { identifier, readPath, readQuery, wholeNumber } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
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

const NAME = { name: identifier({ required: true }) };
const MOST = { limit: wholeNumber({ min: 1, max: 200, default: 50 }) };
const readSwitch = bodyReader<{ readonly isOn: boolean; readonly owner?: string }>(
  object({ isOn: { type: 'boolean' }, owner: { type: 'string', maxLength: 200 } }, ['isOn']),
);
const readJudgement = bodyReader<{ readonly isRight: boolean; readonly note?: string }>(
  object({ isRight: { type: 'boolean' }, note: { type: 'string', maxLength: 500 } }, ['isRight']),
);
const USES = object({ uses: { type: 'array', items: { type: 'object' } } }, ['uses']);

/** `/insights/uses`: the register of AI uses. @param switched called after a use was turned on or off */
export function registerRoutes(
  scope: FastifyInstance,
  parts: InsightParts,
  { switched }: { readonly switched: () => Promise<void> },
): void {
  const { db, register, audit, callerOf } = parts;

  const useOf = (request: FastifyRequest): AiUse => {
    const { name } = readPath(request, NAME);
    const use = register.uses.get(name);
    if (use === undefined) throw missing('use of AI', name);
    return use;
  };

  scope.get(
    '/uses',
    operation({
      access: 'read',
      objects: forKnown('register of AI uses'),
      summary: 'The register of AI uses: purpose, data, method, risk and evaluation of each, and whether it is on',
      answer: USES,
    }),
    async ({ tenant }) => {
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
  );

  scope.put(
    '/uses/:name',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Turns a use of AI on or off in the tenant, and names the person responsible',
      body: readSwitch.schema,
    }),
    async (request, reply) => {
      const use = useOf(request);
      const { isOn, owner } = readSwitch(request.body);
      const { tenant } = request;
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
      return reply.code(204).send();
    },
  );

  scope.get(
    '/uses/:name/outputs',
    operation({
      access: 'administer',
      summary: 'The latest outputs of a use of AI, with reasons and feedback',
      query: MOST,
      answer: object({ outputs: { type: 'array', items: { type: 'object' } } }, ['outputs']),
    }),
    async (request) => {
      const use = useOf(request);
      const { limit } = readQuery(request, MOST);
      return { outputs: await latestOutputs(db, request.tenant, use.name, limit) };
    },
  );
}

/** `/insights/outputs`: feedback on the outputs of AI uses. */
export function feedbackRoutes(scope: FastifyInstance, parts: InsightParts): void {
  const { db, callerOf } = parts;
  const outputs = outputsOf(db);
  scope.post(
    '/outputs/:id/feedback',
    operation({
      access: 'read',
      objects: named(outputs),
      summary: 'Records whether an output of a use of AI was right; the last answer of a person applies',
      body: readJudgement.schema,
    }),
    async (request, reply) => {
      const { id } = judged(request, outputs);
      const { isRight, note = '' } = readJudgement(request.body);
      await judgeOutput(db, request.tenant, id, { actor: actor(callerOf(request)), isRight, note });
      return reply.code(204).send();
    },
  );
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
) {
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
    ...(state && { switchedAt: state.switchedAt }),
    ...(evaluation && { evaluation }),
    ...counts,
  };
}
