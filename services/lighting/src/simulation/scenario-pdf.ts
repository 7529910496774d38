import { openTaggedDocument, type TaggedDocument } from '@alzette/kit/pdf';
import type { TerritoryInfo } from '@alzette/kit/service';
import type { SimulationAnswer } from './run-simulation.ts';
import type { SavedScenario } from './scenario-entities.ts';
import { type PdfLanguage, type ScenarioWords, WORDS } from './scenario-words.ts';
import type { Band } from './simulate.ts';

/** A PDF of a saved scenario for elected representatives: results with their ranges, and every assumption. */
export async function scenarioPdf(
  scenario: SavedScenario,
  territory: TerritoryInfo,
  language: PdfLanguage,
): Promise<Buffer> {
  const words = WORDS[language];
  const document = await openTaggedDocument(`${words.title} : ${scenario.name}`, language === 'fr' ? 'fr-FR' : 'en-GB');
  document.heading(1, `${words.title} : ${scenario.name}`);
  const day = new Date(scenario.simulatedAt).toLocaleString(language, { timeZone: territory.timeZone });
  document.paragraph(
    `${words.territory} : ${territory.name}. ${words.simulatedAt} ${day}. ${words.author} : ${scenario.author}.`,
  );
  document.paragraph(words.warning);
  for (const result of answersOf(scenario.result)) writeResult(document, result, words, language);
  document.heading(2, words.from);
  for (const line of linesOf(scenario.request)) document.paragraph(line);
  return document.end();
}

function answersOf(result: unknown): readonly SimulationAnswer[] {
  const { scenarios } = result as { readonly scenarios?: readonly SimulationAnswer[] };
  return scenarios ?? [result as SimulationAnswer];
}

function writeResult(document: TaggedDocument, result: SimulationAnswer, words: ScenarioWords, language: PdfLanguage) {
  const number = (value: number, digits = 0) =>
    value.toLocaleString(language, { maximumFractionDigits: digits }).replaceAll('\u202f', '\u00a0');
  const percent = (share: number) => `${number(share * 100, 1)} %`;
  const range = ({ low, high }: Band, shown: (value: number) => string = number) => `${shown(low)} – ${shown(high)}`;
  document.heading(2, `${words.results} : ${result.name}`);
  document.table([
    [words.figure, words.value, words.range],
    [words.energy, number(result.energy), range(result.band.energy)],
    [words.reference, number(result.reference), ''],
    [words.saving, percent(result.saving), range(result.band.saving, percent)],
    [words.cost, number(result.cost), range(result.band.cost)],
    [words.savedCost, number(result.savedCost), range(result.band.savedCost)],
    [words.co2, number(result.co2), ''],
    [words.savedCo2, number(result.savedCo2), ''],
  ]);
  document.heading(2, words.hypotheses);
  const { found, withoutPower } = result.assumptions;
  document.table([
    [words.figure, words.value],
    [words.referenceName, result.referenceName],
    [words.lamps, number(result.lamps)],
    ...(found === undefined ? [] : [[words.withoutPower, number(withoutPower ?? 0)]]),
    [words.installedPower, number(result.installedPower, 1)],
    [words.nights, number(result.nights)],
    [words.burningHours, number(result.burningHours)],
    [words.equivalentHours, number(result.equivalentHours)],
    ...result.co2Factors.map(({ from, factor, source }) => [
      `${words.factor}, ${from}`,
      `${number(factor, 4)} (${source})`,
    ]),
  ]);
  document.heading(2, words.months);
  document.table([
    [words.month, words.energy, words.reference],
    ...result.months.map(({ month, energy, reference }) => [month, number(energy), number(reference)]),
  ]);
  document.heading(2, words.law);
  if (result.legal.length === 0) document.paragraph(words.noFinding);
  for (const { article, rule, lamps, programme } of result.legal) {
    document.paragraph([`${article} : ${words.findings[rule]}`, lamps ?? programme].filter(Boolean).join(' '));
  }
  document.heading(2, words.sources);
  document.paragraph(`${words.formula} : ${result.assumptions.formula}`.replaceAll('₂', '2').replaceAll('Σ', 'sum'));
}

/** The members of the request, one per line. */
function linesOf(request: unknown): string[] {
  return Object.entries(request as object).map(([name, value]) => `${name} : ${JSON.stringify(value)}`);
}
