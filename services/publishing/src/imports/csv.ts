import { parse } from 'csv-parse/sync';
import type { Format } from '../contract/feeds.ts';
import { touristPlaceOf } from './datatourisme.ts';
import { type Imported, lineOf, type ReadResult, webLink } from './imported.ts';
import { MENU_COLUMNS, menusOf, renamedOfMenu } from './menus.ts';
import { pointOf, type Row, telephoneOf } from './rows.ts';

/** National schemas (schema.data.gouv.fr), the register of businesses, DATAtourisme, and our own table for a directory. */
export type CsvSchema = Exclude<Format, 'ics' | 'rss' | 'openagenda' | 'osm'>;

/** Parses a CSV with a header, separated by `,` or `;`. @throws Error: it is invalid, or lacks a column */
export function readCsv(text: string, schema: CsvSchema): ReadResult {
  const [header = ''] = text.split('\n', 1);
  const delimiter = header.split(';').length > header.split(',').length ? ';' : ',';
  const columns = (names: string[]) => {
    const lower = names.map((name) => name.trim().toLowerCase());
    return schema === 'menus-collectifs' ? lower.map(renamedOfMenu) : lower;
  };
  const rows = parse(text, {
    bom: true,
    columns,
    delimiter,
    skip_empty_lines: true,
    trim: true,
    relax_column_count: true,
  });
  const typed = rows as unknown as readonly Row[]; // the option `columns` returns objects with texts
  const missing = REQUIRED[schema].find((name) => typed[0] !== undefined && !(name in typed[0]));
  if (missing !== undefined) throw new Error(`${missing}: got no such column, expected ${REQUIRED[schema].join(', ')}`);
  if (schema === 'menus-collectifs') return menusOf(typed);
  const items: Imported[] = [];
  const rejected: { at: string; reason: string }[] = [];
  for (const [index, row] of typed.entries()) {
    const item = READERS[schema](row, index);
    if (typeof item === 'string') rejected.push({ at: `row ${index + 2}`, reason: item });
    else items.push(item);
  }
  return { items, rejected };
}

const READERS = { dae: defibrillatorOf, sirene: establishmentOf, directory: placeOf, datatourisme: touristPlaceOf };
const REQUIRED: { readonly [schema in CsvSchema]: readonly string[] } = {
  'menus-collectifs': MENU_COLUMNS,
  dae: ['nom', 'lat_coor1', 'long_coor1'],
  sirene: ['siret', 'etatadministratifetablissement', 'activiteprincipaleetablissement'],
  directory: ['nom', 'categorie'],
  datatourisme: ['nom_du_poi', 'categories_de_poi', 'latitude', 'longitude'],
};

/** One row per defibrillator (the national database of DAE). Returns a reason if the row is invalid. */
function defibrillatorOf(row: Row): Imported | string {
  const title = lineOf(row.nom);
  const location = pointOf(row.long_coor1, row.lat_coor1);
  if (title === undefined) return 'nom: got nothing, expected a name';
  if (location === undefined) return `lat_coor1, long_coor1: got ${row.lat_coor1}, ${row.long_coor1}, expected degrees`;
  const address = lineOf([row.adr_num, row.adr_voie, row.com_nom].filter((part) => part).join(' '), 300);
  const access = lineOf([row.acc, row.acc_lib, row.acc_etg].filter((part) => part).join(', '), 500);
  const openingHours = lineOf(
    [row.disp_j, row.disp_h]
      .filter((part) => part)
      .join(' ')
      .replaceAll(/[{}"]/g, ''),
    300,
  );
  return {
    sourceId: row.gid || `${row.lat_coor1},${row.long_coor1}`,
    kind: 'place',
    document: {
      texts: { fr: { title, ...(access !== undefined && { summary: access }) } },
      location,
      ...(address !== undefined && { address }),
      place: {
        category: 'defibrillator',
        ...(telephoneOf(row.tel1) && { telephone: telephoneOf(row.tel1) }),
        ...(openingHours !== undefined && { openingHours }),
      },
    },
  };
}

/** The names of activities (NAF) by their first two digits; others are a business. */
const BRANCHES: { readonly [division: string]: string } = {
  '10': 'alimentation',
  '45': 'automobile',
  '47': 'commerce',
  '55': 'hebergement',
  '56': 'restauration',
  '75': 'veterinaire',
  '84': 'services-publics',
  '85': 'enseignement',
  '86': 'sante',
  '88': 'action-sociale',
  '90': 'culture',
  '91': 'culture',
  '93': 'sport',
  '94': 'association',
  '96': 'services',
};

/** One row per establishment of the register SIRENE (INSEE). Returns a reason if the row is invalid. */
function establishmentOf(row: Row): Imported | string {
  const title = lineOf(
    row.enseigne1etablissement || row.denominationusuelleetablissement || row.denominationunitelegale,
  );
  if (row.etatadministratifetablissement !== 'A')
    return `etatAdministratifEtablissement: got ${JSON.stringify(row.etatadministratifetablissement)}, expected A (active)`;
  // INSEE marks establishments whose data may not be published.
  if ((row.statutdiffusionetablissement || 'O') !== 'O')
    return `statutDiffusionEtablissement: got ${JSON.stringify(row.statutdiffusionetablissement)}, expected O (may be told)`;
  if (title === undefined)
    return 'enseigne1Etablissement, denominationUsuelleEtablissement: got nothing, expected a name';
  const street = [row.numerovoieetablissement, row.typevoieetablissement, row.libellevoieetablissement];
  const town = [row.codepostaletablissement, row.libellecommuneetablissement];
  const lines = [street, town].map((parts) => parts.filter(Boolean).join(' '));
  const address = lineOf(lines.filter(Boolean).join(', '), 300);
  return {
    sourceId: row.siret || title,
    kind: 'place',
    document: {
      texts: { fr: { title } },
      ...(address !== undefined && { address }),
      place: { category: BRANCHES[row.activiteprincipaleetablissement?.slice(0, 2) ?? ''] ?? 'entreprise' },
    },
  };
}

/** One row per shop or association. Returns a reason if the row is invalid. */
function placeOf(row: Row, index: number): Imported | string {
  const title = lineOf(row.nom);
  const category = row.categorie
    ?.toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (title === undefined) return 'nom: got nothing, expected a name';
  if (!category) return 'categorie: got nothing, expected a word';
  const summary = lineOf(row.description, 500);
  const address = lineOf(row.adresse, 300);
  const website = webLink(row.site_web);
  const location = pointOf(row.longitude, row.latitude);
  const openingHours = lineOf(row.horaires, 300);
  return {
    sourceId: row.siret || row.rna || row.id || `${index}/${title}`,
    kind: 'place',
    document: {
      texts: { fr: { title, ...(summary !== undefined && { summary }) } },
      ...(location !== undefined && { location }),
      ...(address !== undefined && { address }),
      place: {
        category: category.slice(0, 40),
        ...(telephoneOf(row.telephone) && { telephone: telephoneOf(row.telephone) }),
        ...(website !== undefined && { website }),
        ...(openingHours !== undefined && { openingHours }),
      },
    },
  };
}
