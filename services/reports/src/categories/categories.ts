import type { Queryable } from '@alzette/kit/database';
import { refused } from '@alzette/kit/problems';
import { CATEGORY_DEFAULTS, type Category } from '../contract/categories.ts';
import { readDocuments } from '../store/documents/documents.ts';
import { BUILT_IN_CATEGORIES } from './built-in-categories.ts';

/** The categories of a tenant: built-in ones, and those that an administrator added or replaced. */
export async function readCategories(db: Queryable, tenant: string): Promise<Category[]> {
  const stored = await readDocuments<Category>(db, tenant, 'category');
  // What an earlier version stored lacks later members.
  const own = new Map([...stored].map(([code, category]) => [code, { ...CATEGORY_DEFAULTS, ...category }]));
  const builtIn = BUILT_IN_CATEGORIES.map((category) => own.get(category.code) ?? category);
  const known = new Set(builtIn.map(({ code }) => code));
  return [...builtIn, ...[...own.values()].filter(({ code }) => !known.has(code))];
}

/** @param field name in the error. @throws Problem 400: an unknown code, or turned off */
export async function categoryOf(db: Queryable, tenant: string, code: string, field = 'category'): Promise<Category> {
  const active = (await readCategories(db, tenant)).filter(({ isActive }) => isActive);
  const found = active.find((category) => category.code === code);
  if (found === undefined) throw refused(field, code, `one of ${active.map((category) => category.code).join(', ')}`);
  return found;
}
