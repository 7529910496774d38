import type { Language, LanguageMap } from '@alzette/kit/languages';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { EnvironmentParts } from '../parts.ts';
import { lastObserved, type StationEntity, shownStation } from '../stations/station.ts';

type Words = Required<LanguageMap>;

/** The taxa of the French pollen index, by their Latin names, which are attributes of `AeroAllergenObserved`. */
const TAXA: { readonly [taxon: string]: Words } = {
  alnus: { fr: 'Aulne', en: 'Alder', de: 'Erle', lb: 'Äsel' },
  betula: { fr: 'Bouleau', en: 'Birch', de: 'Birke', lb: 'Bierken' },
  poaceae: { fr: 'Graminées', en: 'Grasses', de: 'Gräser', lb: 'Gräser' },
  artemisia: { fr: 'Armoise', en: 'Mugwort', de: 'Beifuß', lb: 'Bäifouss' },
  ambrosia: { fr: 'Ambroisie', en: 'Ragweed', de: 'Ambrosia', lb: 'Ambrosia' },
  olea: { fr: 'Olivier', en: 'Olive', de: 'Olive', lb: 'Olivenbam' },
};

/** The attributes with a risk: in total, and by taxon. */
export const RISK_ATTRIBUTES: readonly string[] = ['allergenRisk', ...Object.keys(TAXA).map(levelAttribute)];

/** The allergy risk, as the pollen network publishes it; the level is the position in the list, 0 to 5. */
const RISKS = ['none', 'veryLow', 'low', 'moderate', 'high', 'veryHigh'];
const LABELS: readonly Words[] = [
  { fr: 'Nul', en: 'None', de: 'Kein Risiko', lb: 'Kee Risiko' },
  { fr: 'Très faible', en: 'Very low', de: 'Sehr gering', lb: 'Ganz niddreg' },
  { fr: 'Faible', en: 'Low', de: 'Gering', lb: 'Niddreg' },
  { fr: 'Moyen', en: 'Moderate', de: 'Mäßig', lb: 'Mëttel' },
  { fr: 'Élevé', en: 'High', de: 'Hoch', lb: 'Héich' },
  { fr: 'Très élevé', en: 'Very high', de: 'Sehr hoch', lb: 'Ganz héich' },
];

/** An attribute in concise form. */
type AllergenRisk = string | { readonly value: string; readonly observedAt?: string } | undefined;

type PollenEntity = StationEntity & {
  readonly allergenRisk?: AllergenRisk;
  readonly [attribute: string]: unknown;
};

/** Pollen: the published risk, in total and by taxon. */
export async function readPollen(
  { client, context }: EnvironmentParts,
  tenant: string,
  language: Language,
  now: Date = new Date(),
) {
  const query = {
    type: 'AeroAllergenObserved',
    tenant,
    context,
    format: 'concise',
  } as const;
  const entities = await Array.fromAsync(queryAll<PollenEntity>(client, query));
  return entities.map((entity) => {
    const risks = Object.keys(TAXA).map((key) => entity[levelAttribute(key)] as AllergenRisk);
    const taxa = Object.entries(TAXA).flatMap(([key, names], n) => {
      const level = levelOf(risks[n]);
      return level === undefined ? [] : [{ key, name: names[language], ...shownLevel(level, language) }];
    });
    const level = levelOf(entity.allergenRisk) ?? Math.max(0, ...taxa.map((taxon) => taxon.level));
    const observedAt = lastObserved([entity.allergenRisk, ...risks]);
    return {
      ...shownStation(entity, observedAt, now),
      ...shownLevel(level, language),
      taxa: taxa.sort((a, b) => b.level - a.level),
    };
  });
}

function levelAttribute(taxon: string): string {
  return `${taxon}_Level`;
}

/** Undefined if the attribute is missing or has another value. */
function levelOf(risk: AllergenRisk): number | undefined {
  const level = RISKS.indexOf(typeof risk === 'object' ? risk.value : (risk ?? ''));
  return level === -1 ? undefined : level;
}

function shownLevel(level: number, language: Language) {
  return { level, label: LABELS[level]?.[language] ?? '' };
}
