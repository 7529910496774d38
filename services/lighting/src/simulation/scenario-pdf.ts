import type { DocumentPart, TaggedDocument } from '@alzette/kit/pdf';
import type { TerritoryInfo } from '@alzette/kit/service';
import type { Band, SavedScenario, SimulationAnswer } from '../contract/contract.ts';
import { type PdfLanguage, type ScenarioWords, WORDS } from './scenario-words.ts';

/** A saved scenario for elected representatives: results with their ranges, and every assumption. */
export function scenarioDocument(
  scenario: SavedScenario,
  territory: TerritoryInfo,
  language: PdfLanguage,
): TaggedDocument {
  const words = WORDS[language];
  const title = `${words.title} : ${scenario.name}`;
  const day = new Date(scenario.simulatedAt).toLocaleString(language, { timeZone: territory.timeZone });
  return {
    title,
    language: language === 'fr' ? 'fr-FR' : 'en-GB',
    parts: [
      { heading: title, level: 1 },
      `${words.territory} : ${territory.name}. ${words.simulatedAt} ${day}. ${words.author} : ${scenario.author}.`,
      words.warning,
      ...answersOf(scenario.result).flatMap((result) => resultParts(result, words, language)),
      { heading: words.from, level: 2 },
      ...linesOf(scenario.request),
    ],
  };
}

function answersOf(result: unknown): readonly SimulationAnswer[] {
  const { scenarios } = result as { readonly scenarios?: readonly SimulationAnswer[] };
  return scenarios ?? [result as SimulationAnswer];
}

function resultParts(result: SimulationAnswer, words: ScenarioWords, language: PdfLanguage): DocumentPart[] {
  const format = (maximumFractionDigits: number) => new Intl.NumberFormat(language, { maximumFractionDigits });
  const formats = { 0: format(0), 1: format(1), 4: format(4) };
  const number = (value: number, digits: keyof typeof formats = 0) =>
    formats[digits].format(value).replaceAll('\u202f', '\u00a0');
  const percent = (share: number) => `${number(share * 100, 1)} %`;
  const range = ({ low, high }: Band, shown: (value: number) => string = number) => `${shown(low)} – ${shown(high)}`;
  const { found, withoutPower } = result.assumptions;
  return [
    { heading: `${words.results} : ${result.name}`, level: 2 },
    {
      table: [
        [words.figure, words.value, words.range],
        [words.energy, number(result.energy), range(result.band.energy)],
        [words.reference, number(result.reference), ''],
        [words.saving, percent(result.saving), range(result.band.saving, percent)],
        [words.cost, number(result.cost), range(result.band.cost)],
        [words.savedCost, number(result.savedCost), range(result.band.savedCost)],
        [words.co2, number(result.co2), ''],
        [words.savedCo2, number(result.savedCo2), ''],
      ],
    },
    { heading: words.hypotheses, level: 2 },
    {
      table: [
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
      ],
    },
    { heading: words.months, level: 2 },
    {
      table: [
        [words.month, words.energy, words.reference],
        ...result.months.map(({ month, energy, reference }) => [month, number(energy), number(reference)]),
      ],
    },
    { heading: words.law, level: 2 },
    ...(result.legal.length === 0 ? [words.noFinding] : []),
    ...result.legal.map(({ article, rule, lamps, programme }) =>
      [`${article} : ${words.findings[rule]}`, lamps ?? programme].filter(Boolean).join(' '),
    ),
    { heading: words.sources, level: 2 },
    `${words.formula} : ${result.assumptions.formula}`.replaceAll('₂', '2').replaceAll('Σ', 'sum'),
  ];
}

/** The members of the request, one per line. */
function linesOf(request: unknown): string[] {
  return Object.entries(request as object).map(([name, value]) => `${name} : ${JSON.stringify(value)}`);
}
