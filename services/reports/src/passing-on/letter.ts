import { readCategories } from '../categories/categories.ts';
import { inLanguage } from '../categories/category.ts';
import type { Report } from '../contract/report.ts';
import type { ReportParts } from '../parts.ts';

/** Of those who are written to: bodies of the country of the site. */
const LANGUAGE = 'fr';

export interface Letter {
  readonly subject: string;
  readonly text: string;
  /** Street and commune. */
  readonly place: string;
}

/** What is said of a report to who is responsible: a text of the desk, and nothing about the author. */
export async function letterOf(
  { db, territories }: ReportParts,
  tenant: string,
  report: Report,
  text: string,
): Promise<Letter> {
  const territory = territories.of(tenant);
  const { category: code, position, commune, requestedAt, publicAddress } = report;
  const category = (await readCategories(db, tenant)).find((each) => each.code === code);
  const name = category === undefined ? code : inLanguage(category.name, LANGUAGE);
  const where = territory.communes.find(({ slug }) => slug === commune)?.name ?? commune;
  const place = [publicAddress, where].filter(Boolean).join(', ');
  const at = new Date(requestedAt).toLocaleString(LANGUAGE, {
    ...{ dateStyle: 'long', timeStyle: 'short', timeZone: territory.timeZone },
  });
  const [longitude, latitude] = position;
  const lines = [
    `${territory.name} vous transmet ce signalement, qui relève de vous.`,
    `${name}\nLieu : ${place} (${latitude}, ${longitude})\nReçu le ${at}\nNuméro : ${report.id}`,
    text,
  ];
  return { subject: `${name} – ${where} – ${report.id}`, text: lines.join('\n\n'), place };
}
