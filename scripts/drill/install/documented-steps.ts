import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../../docs/fr/debian.md', import.meta.url));
const STEP = /^## (\d+)\. (.+)$|^```sh elsewhere\n([\s\S]*?)^```$/gm;

export interface DocumentedStep {
  readonly number: number;
  readonly title: string;
  /** Shell commands. */
  readonly commands: string;
}

/** The commands of the French page, which a test holds equal to those of the English one. */
export function documentedSteps(page = readFileSync(PAGE, 'utf8')): DocumentedStep[] {
  const steps: DocumentedStep[] = [];
  let heading = { number: 0, title: '' };
  for (const [, number, title = '', commands] of page.matchAll(STEP)) {
    if (number !== undefined) heading = { number: Number(number), title };
    else if (commands !== undefined) steps.push({ ...heading, commands });
  }
  return steps;
}
