import { CRITERIA, type Quality } from '../contract/contract.ts';
import type { Dataset } from './dataset.ts';
import { FREQUENCIES } from './vocabulary.ts';

type Criterion = keyof Quality['criteria'];

/** data.gouv.fr requires a longer description than this. */
const SHORT_DESCRIPTION = 100;
/** The tolerated delay of a refresh. */
const GRACE_MS = 24 * 3_600_000;

const ADVICE: { readonly [criterion in Criterion]: { readonly fr: string; readonly en: string } } = {
  license: { fr: 'Choisir une licence', en: 'Choose a licence' },
  temporalCoverage: {
    fr: 'Attendre la première mise à jour avec des données datées',
    en: 'Wait for the first refresh with dated data',
  },
  spatial: {
    fr: 'Publier la position, ou attendre la première mise à jour',
    en: 'Publish the place, or wait for the first refresh',
  },
  updateFrequency: { fr: 'Choisir une fréquence', en: 'Choose a frequency' },
  updatedInTime: {
    fr: 'La dernière mise à jour est trop ancienne ou a échoué',
    en: 'The last refresh is too old or has failed',
  },
  description: {
    fr: `Décrire en plus de ${SHORT_DESCRIPTION} caractères`,
    en: `Describe it in more than ${SHORT_DESCRIPTION} characters`,
  },
  openFormat: { fr: 'Aucune donnée à exporter pour l’instant', en: 'No data to export yet' },
  resourcesAvailable: {
    fr: 'Publier le jeu de données : ses fichiers ne répondent pas encore',
    en: 'Publish the dataset: its files do not answer yet',
  },
  resourcesDocumentation: { fr: 'Donner un titre à chaque colonne', en: 'Give each column a title' },
};

export function qualityOf(
  { definition, state, generation, startsAt, refreshedAt, bbox, fault }: Dataset,
  now: Date,
): Quality {
  const { everyMs } = FREQUENCIES[definition.frequency];
  const hasData = generation > 0;
  const criteria: { [criterion in Criterion]: boolean } = {
    license: definition.licence !== undefined,
    temporalCoverage: startsAt !== undefined,
    // Rows without positions are covered by the territory's box.
    spatial: bbox !== undefined,
    updateFrequency: definition.frequency !== undefined,
    updatedInTime:
      fault === undefined && refreshedAt !== undefined && now.getTime() - refreshedAt.getTime() <= everyMs + GRACE_MS,
    description: definition.description.fr.length > SHORT_DESCRIPTION,
    openFormat: hasData,
    resourcesAvailable: state === 'published' && hasData,
    resourcesDocumentation: definition.columns.every(({ title }) => title.fr.trim() !== ''),
  };
  const missing = CRITERIA.filter((criterion) => !criteria[criterion]).map((criterion) => ({
    criterion,
    ...ADVICE[criterion],
  }));
  return { score: CRITERIA.length - missing.length, criteria, missing };
}
