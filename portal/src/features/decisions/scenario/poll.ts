import type { KeptScenario, Model, Simulated } from '@alzette/decisions/contract';
import { quantityText } from '@alzette/ngsi-ld-schemas/quantities';
import type { GivenItem } from '@alzette/publishing/contract';
import { unitOfOutput } from '../useWords.ts';

const TODAY = { id: 'today', text: { fr: 'Comme aujourd’hui', en: 'As today', de: 'Wie heute', lb: 'Wéi haut' } };
const MOST_FIGURES = 3;
const LONGEST = 200;

/** The id of the poll that is drafted from a scenario. */
export function pollIdOf(scenario: string): string {
  return `sc-${scenario}`;
}

/** A draft of a poll for the citizens' app, in which they choose between the variants of a published scenario. */
export function pollOf({ scenario, result, model }: KeptScenario, owner: string): GivenItem {
  const { title, question, variants } = scenario;
  const cut = (text: string) => text.slice(0, LONGEST);
  return {
    kind: 'poll',
    owner,
    state: 'draft',
    document: {
      texts: {
        fr: {
          title: cut(question.trim() || title),
          ...(result &&
            model && {
              body: [TODAY.text.fr, ...variants.map(({ name }) => name)]
                .map((name, at) => lineOf(name, figuresOf(model, result, at)))
                .join('\n'),
            }),
        },
      },
      poll: {
        choices: [TODAY, ...variants.map(({ name }, at) => ({ id: `variant-${at + 1}`, text: { fr: cut(name) } }))],
      },
    },
  };
}

function figuresOf(model: Model, { today, variants }: Simulated, at: number): string {
  const { outputs } = [today, ...variants][at] ?? today;
  return model.outputs
    .slice(0, MOST_FIGURES)
    .map(({ id, title }) => {
      const value = outputs.find((each) => each.id === id)?.value ?? 0;
      return `${title.fr.toLowerCase()} ${quantityText(value, unitOfOutput(model, id), 'fr').text}`;
    })
    .join(', ');
}

function lineOf(name: string, figures: string): string {
  return `- **${name.replace(/[*_[\]\\`]/g, '')}** : ${figures}`;
}
