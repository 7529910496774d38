import type { Dish } from '../contract/documents.ts';
import { type Imported, lineOf, type ReadResult } from './imported.ts';
import type { Row } from './rows.ts';

/* The national schema scdl/menus-collectifs: its first version, and version 1.2, which has renamed its columns. */

export const MENU_COLUMNS = ['date', 'plat_nom', 'plat_type'];

const RENAMED: { readonly [column: string]: string } = {
  menudate: 'date',
  menurestaurantnom: 'restaurant_nom',
  menutyperepas: 'repas',
  menutypeplat: 'plat_type',
  menunomplat: 'plat_nom',
  menuplatallergene: 'allergenes',
  menuplatlabel: 'labels',
};

/** The name in the first version of a column of version 1.2, in lower case. */
export function renamedOfMenu(column: string): string {
  return RENAMED[column] ?? column;
}

const COURSES: { readonly [text: string]: Dish['course'] } = {
  entrée: 'starter',
  entree: 'starter',
  plat: 'main',
  'plat principal': 'main',
  accompagnement: 'side',
  garniture: 'side',
  laitage: 'dairy',
  'produit laitier': 'dairy',
  fromage: 'dairy',
  dessert: 'dessert',
  pain: 'side',
  autre: 'side',
};

/** One row per dish. Rows with the same day, canteen and meal are one menu. */
export function menusOf(rows: readonly Row[]): ReadResult {
  const menus = new Map<string, { day: string; canteen: string; dishes: Dish[] }>();
  const rejected: { at: string; reason: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const at = `row ${index + 2}`;
    const day = dayOf(row.date);
    const course = COURSES[row.plat_type?.toLowerCase() ?? ''];
    const name = lineOf(row.plat_nom);
    if (day === undefined)
      rejected.push({ at, reason: `date: got ${JSON.stringify(row.date)}, expected a day such as 2026-03-29` });
    else if (course === undefined) {
      rejected.push({
        at,
        reason: `plat_type: got ${JSON.stringify(row.plat_type)}, expected one of ${Object.keys(COURSES).join(', ')}`,
      });
    } else if (name === undefined) rejected.push({ at, reason: 'plat_nom: got nothing, expected a name' });
    else {
      const canteen = canteenOf(row);
      const key = `${day}/${canteen}`;
      const menu = menus.get(key) ?? { day, canteen, dishes: [] };
      menus.set(key, menu);
      const allergens = namesOf(row.allergenes ?? row.plat_allergenes);
      const labels = namesOf(row.labels ?? row.plat_labels);
      menu.dishes.push({ course, name, ...(allergens && { allergens }), ...(labels && { labels }) });
    }
  }
  const items = [...menus].map(
    ([sourceId, { day, canteen, dishes }]): Imported => ({
      sourceId,
      kind: 'menu',
      document: { texts: { fr: { title: canteen } }, menu: { day, canteen, dishes: dishes.slice(0, 30) } },
    }),
  );
  return { items, rejected };
}

/** A meal other than lunch is told, because its menu is one of its own. */
function canteenOf({ restaurant_nom, lieu_nom, repas }: Row): string {
  const canteen = lineOf(restaurant_nom) ?? lineOf(lieu_nom) ?? 'Restaurant scolaire';
  const meal = repas?.toLowerCase() ?? '';
  return meal === '' || meal === 'déjeuner' ? canteen : (lineOf(`${canteen}, ${meal}`) ?? canteen);
}

function dayOf(text: string | undefined): string | undefined {
  const french = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(text ?? '');
  const day = french ? `${french[3]}-${french[2]}-${french[1]}` : (text ?? '');
  const date = new Date(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(date.getTime())) return undefined;
  return date.toISOString().startsWith(day) ? day : undefined; // 30 February would become a day in March
}

function namesOf(text: string | undefined): string[] | undefined {
  const names = (text ?? '').split(/[,|;]/).flatMap((name) => lineOf(name, 100) ?? []);
  return names.length === 0 ? undefined : [...new Set(names)].slice(0, 20);
}
