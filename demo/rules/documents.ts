import { fileURLToPath } from 'node:url';
import { withParameters } from '@alzette/packs/parameters';
import { readPackFolder } from '@alzette/packs/read';
import type { RuleDocument } from '../../services/rules/src/contract/rule.ts';

const FOLDER = fileURLToPath(new URL('../../packs', import.meta.url));

/** The packs that the demo territory uses, with the values that it gives to their parameters. */
export const PACKS_OF_DEMO: { readonly [id: string]: { readonly [parameter: string]: string } } = {
  'street-lighting': { told: 'group:eclairage', onCall: 'roster:astreinte' },
  'waste-collection': { told: 'group:dechets', fireCall: 'roster:astreinte' },
  'buildings-and-water': {},
  'air-quality': {},
  'device-health': {},
};

/** Their rules. */
export const DEMO_RULES: readonly RuleDocument[] = (
  await Promise.all(
    Object.entries(PACKS_OF_DEMO).map(async ([id, values]) => {
      const { files } = await readPackFolder(`${FOLDER}/${id}`);
      const rules = files.filter(({ folder }) => folder === 'rules');
      return rules.map(({ document }) => withParameters(document, values) as unknown as RuleDocument);
    }),
  )
).flat();
