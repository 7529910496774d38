import type { DemoContext, PartsOf } from '@alzette/kit/service';
import type { rules } from '@alzette/rules';
import type { RuleDocument } from '../../services/rules/src/contract/rule.ts';
import { UNKNOWN_SILENCE_MS } from '../../services/rules/src/engine/silence.ts';
import { lastVersion, lockRules, putRule } from '../../services/rules/src/store/rule-rows.ts';
import { packDocuments } from '../packs/documents.ts';

/** The rules of the demo's packs. */
export async function demoRules(): Promise<readonly RuleDocument[]> {
  return (await packDocuments<Omit<RuleDocument, 'id'>>('rules')).map(({ id, body }) => ({ id, ...body }));
}

/** Creates rules that never existed; changed or deleted ones stay. */
export async function putRules({ db }: PartsOf<typeof rules>, { tenant }: DemoContext): Promise<void> {
  for (const document of await demoRules()) {
    await db.transaction(async (tx) => {
      await lockRules(tx, tenant);
      if ((await lastVersion(tx, tenant, document.id)) > 0) return;
      const rule = { tenant, document, version: 1, evaluatedSince: 1, silenceMs: UNKNOWN_SILENCE_MS, isEnabled: true };
      await putRule(tx, rule, 'demo', null);
    });
  }
}
