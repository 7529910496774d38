import { csvLine } from '@alzette/kit/csv';
import type { Dataset } from '../datasets/dataset.ts';
import { FREQUENCIES, LICENCES } from '../datasets/vocabulary.ts';
import { addressesOf } from './addresses.ts';
import { FILE_FORMATS } from './formats.ts';
import { formatsOf } from './formats-of.ts';

/** The columns of SCDL's catalogue schema (scdl/catalogue 0.1.3) for which we have values. */
const HEADER = [
  'COLL_NOM',
  'ID',
  'TITRE',
  'DESCRIPTION',
  'THEME',
  'PRODUCTEUR_NOM',
  'COUV_SPAT_MAILLE',
  'COUV_SPAT_NOM',
  'COUV_TEMP_DEBUT',
  'COUV_TEMP_FIN',
  'DATE_PUBL',
  'FREQ_MAJ',
  'DATE_MAJ',
  'MOTS_CLES',
  'LICENCE',
  'NOMBRE_RESSOURCES',
  'FORMAT_RESSOURCES',
  'URL',
];

/** The catalogue as a table. */
export function catalogueCsv(datasets: readonly Dataset[], publicUrl: string, territory: string): string {
  const rows = datasets.map(({ id, definition, issuedAt, refreshedAt, startsAt, endsAt }) => {
    const formats = formatsOf(definition);
    return [
      territory,
      id,
      definition.title.fr,
      definition.description.fr,
      definition.theme,
      territory,
      'Intercommunalité',
      territory,
      day(startsAt),
      day(endsAt),
      day(issuedAt),
      FREQUENCIES[definition.frequency].iso,
      day(refreshedAt),
      definition.keywords.join(';'),
      LICENCES[definition.licence].title,
      formats.length,
      formats.map((format) => FILE_FORMATS[format].title).join(';'),
      addressesOf(publicUrl, id).dataset,
    ];
  });
  return [HEADER, ...rows].map((row) => csvLine(row, ',')).join('');
}

function day(date: Date | undefined): string {
  return date?.toISOString().slice(0, 10) ?? '';
}
