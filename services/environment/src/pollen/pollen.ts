import type { Language, LanguageMap } from '@alzette/kit/languages';
import type { EnvironmentParts } from '../parts.ts';
import { lastObserved, type Measured, measuredValue, type StationEntity, shownStation } from '../stations/station.ts';

type Words = Required<LanguageMap>;

/** The taxa of the French pollen index, as attributes of a `PollenObserved` in grains per cubic metre of a day. */
const TAXA: { readonly [taxon: string]: Words } = {
  alder: { fr: 'Aulne', en: 'Alder', de: 'Erle', lb: 'Äsel' },
  birch: { fr: 'Bouleau', en: 'Birch', de: 'Birke', lb: 'Bierken' },
  grasses: { fr: 'Graminées', en: 'Grasses', de: 'Gräser', lb: 'Gräser' },
  mugwort: { fr: 'Armoise', en: 'Mugwort', de: 'Beifuß', lb: 'Bäifouss' },
  ragweed: { fr: 'Ambroisie', en: 'Ragweed', de: 'Ambrosia', lb: 'Ambrosia' },
  olive: { fr: 'Olivier', en: 'Olive', de: 'Olive', lb: 'Olivenbam' },
};

/** From 0, none, to 5, very high: the risk that allergic people run. */
const LABELS: readonly Words[] = [
  { fr: 'Nul', en: 'None', de: 'Kein Risiko', lb: 'Kee Risiko' },
  { fr: 'Très faible', en: 'Very low', de: 'Sehr gering', lb: 'Ganz niddreg' },
  { fr: 'Faible', en: 'Low', de: 'Gering', lb: 'Niddreg' },
  { fr: 'Moyen', en: 'Moderate', de: 'Mäßig', lb: 'Mëttel' },
  { fr: 'Élevé', en: 'High', de: 'Hoch', lb: 'Héich' },
  { fr: 'Très élevé', en: 'Very high', de: 'Sehr hoch', lb: 'Ganz héich' },
];

type PollenEntity = StationEntity & {
  /** 0 to 5, as the network that counts pollen publishes it. */
  readonly pollenLevel?: Measured;
  readonly [attribute: string]: unknown;
};

const MOST = 100;

/** Pollen: the risk as the network that counts it publishes it, in all and by taxon. */
export async function readPollen(
  { client, context }: EnvironmentParts,
  tenant: string,
  language: Language,
  now: Date = new Date(),
) {
  const { entities } = await client.queryEntities<PollenEntity>({
    type: 'PollenObserved',
    tenant,
    context,
    format: 'concise',
    limit: MOST,
  });
  return entities.map((entity) => {
    const taxa = Object.entries(TAXA).flatMap(([key, names]) => {
      const level = measuredValue(entity[`${key}Level`] as Measured);
      return level === undefined ? [] : [{ key, name: names[language], ...shownLevel(level, language) }];
    });
    const level = measuredValue(entity.pollenLevel) ?? Math.max(0, ...taxa.map((taxon) => taxon.level));
    const observedAt = lastObserved([
      entity.pollenLevel,
      ...Object.keys(TAXA).map((key) => entity[`${key}Level`] as Measured),
    ]);
    return {
      ...shownStation(entity, observedAt, now),
      ...shownLevel(level, language),
      taxa: taxa.sort((a, b) => b.level - a.level),
    };
  });
}

function shownLevel(level: number, language: Language) {
  const whole = Math.min(LABELS.length - 1, Math.max(0, Math.round(level)));
  return { level: whole, label: LABELS[whole]?.[language] ?? '' };
}
