import { inLanguage, type Language } from '@alzette/kit/languages';
import type { DocumentPart, TaggedDocument } from '@alzette/kit/pdf';
import type { TerritoryInfo } from '@alzette/kit/service';
import { quantityText, unitName } from '@alzette/ngsi-ld-schemas/quantities';
import type { Band, VariantResult } from '../contract/scenario.ts';
import type { Words } from '../contract/words.ts';
import { unitOfName } from '../model/compile-model.ts';
import type { Kept } from '../stored/document-rows.ts';
import { PAGE_WORDS } from './page-words.ts';
import type { SavedScenario } from './saved-scenario.ts';

const TAGS: { readonly [L in Language]: string } = { fr: 'fr-FR', en: 'en-GB', de: 'de-DE', lb: 'lb-LU' };
const MOST_OUTPUTS = 7;

/** A scenario on one page for elected members: the question, the variants, how sure it is, what it does not say. */
export function scenarioPage(
  { document: { scenario, model, result }, changedAt }: Kept<SavedScenario>,
  { name, timeZone }: TerritoryInfo,
  language: Language,
): TaggedDocument {
  const words = PAGE_WORDS[language];
  const number = (value: number, unit: string) =>
    quantityText(value, unit, language).number.replaceAll('\u202f', '\u00a0');
  const band = ({ value, low, high }: Band, unit: string) =>
    low === high ? number(value, unit) : `${number(value, unit)} (${number(low, unit)} – ${number(high, unit)})`;
  const outputs = model.outputs.slice(0, MOST_OUTPUTS);
  const columns: readonly VariantResult[] = [result.today, ...result.variants];
  const unitOf = (is: string) => unitOfName(model, is);
  const named = (title: Words, unit: string) =>
    [inLanguage(title, language), unitName(unit, language)].filter((part) => part !== '').join(', ');
  const assumed = model.factors.flatMap(({ id, title }) =>
    result.assumed?.includes(id) ? [inLanguage(title, language)] : [],
  );
  const table = [
    [words.figure, words.today, ...result.variants.map((variant) => variant.name)],
    ...outputs.map(({ id, is, title }) => [
      named(title, unitOf(is)),
      ...columns.map((variant) => band(variant.outputs.find((each) => each.id === id) ?? NOTHING, unitOf(is))),
    ]),
    ...(result.variants.some(({ balance }) => balance)
      ? [[words.balance(scenario.years), ...columns.map(({ balance }) => (balance ? band(balance, 'EUR') : '–'))]]
      : []),
  ];
  const goals = result.variants.flatMap((variant) =>
    variant.goals.map(({ output, chance }) =>
      words.goal(variant.name, titleOf(model.outputs, output, language) ?? words.balanceName, Math.round(chance * 10)),
    ),
  );
  const parts: DocumentPart[] = [
    { heading: scenario.title, level: 1 },
    `${name}. ${new Date(changedAt).toLocaleDateString(language, { timeZone })}. ${inLanguage(model.title, language)}.`,
    ...(scenario.question === '' ? [] : [scenario.question]),
    { heading: words.results, level: 2 },
    { table },
    words.bands,
    ...goals,
    { heading: words.notSaid, level: 2 },
    ...model.notFor.map((text) => inLanguage(text, language)),
    { heading: words.assumptions, level: 2 },
    ...model.assumptions.map((text) => inLanguage(text, language)),
    ...(assumed.length === 0 ? [] : [words.assumed(assumed.join(', '))]),
    words.madeWith(result.madeWith.draws, result.madeWith.seed, scenario.discountRate),
  ];
  // The embedded font lacks subscripts.
  const written = parts.map((part) =>
    typeof part === 'string'
      ? bare(part)
      : 'table' in part
        ? { table: part.table.map((cells) => cells.map(bare)) }
        : { ...part, heading: bare(part.heading) },
  );
  return { title: scenario.title, language: TAGS[language], parts: written };
}

const NOTHING: Band = { value: 0, mean: 0, low: 0, median: 0, high: 0 };

function bare(text: string): string {
  return text.replaceAll('₂', '2');
}

function titleOf(outputs: SavedScenario['model']['outputs'], id: string, language: Language): string | undefined {
  const output = outputs.find((each) => each.id === id);
  return output && inLanguage(output.title, language);
}
