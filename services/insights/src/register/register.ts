import { randomBytes } from 'node:crypto';
import type { AiUse, AiUses } from '@alzette/kit/ai-uses';
import type { Database } from '@alzette/kit/database';
import { keepOutput } from './output-rows.ts';
import { isUseOn, type KeptEvaluation, keepEvaluation, readEvaluations, tenantsWithUse } from './register-rows.ts';

/** The register inside this service, with the declared uses. */
export interface Register extends AiUses {
  readonly uses: ReadonlyMap<string, AiUse>;
  /** The last evaluation of a use; undefined: there is none yet. */
  evaluationOf(use: string, tenant: string): Promise<KeptEvaluation | undefined>;
}

const NAME = /^[a-z][a-z-]{0,59}$/;

export function makeRegister(db: Database): Register {
  const uses = new Map<string, AiUse>();
  const isOn = async (use: string, tenant: string) => uses.has(use) && isUseOn(db, tenant, use);
  return {
    uses,
    declare(use) {
      if (!NAME.test(use.name)) throw new Error(`Invalid name of a use of AI: ${JSON.stringify(use.name)}`);
      if (uses.has(use.name)) throw new Error(`The use of AI ${use.name} already exists`);
      uses.set(use.name, use);
    },
    isOn,
    evaluationOf: async (use, tenant) => (await readEvaluations(db, tenant)).get(use),
    tenantsWith: async (use) => (uses.has(use) ? tenantsWithUse(db, use) : []),
    async log(output) {
      if (!(await isOn(output.use, output.tenant))) return '';
      const id = randomBytes(12).toString('hex');
      await db.transaction((tx) => keepOutput(tx, id, output));
      return id;
    },
    async evaluated(use, tenant, evaluation) {
      if (await isOn(use, tenant)) await keepEvaluation(db, tenant, use, evaluation);
    },
  };
}
