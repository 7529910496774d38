import { citizenProcedures } from '../citizen/citizen-api.ts';

const counted = new Set<string>();

/** Tells the site once that a page of a form was reached, without who: its statistics show where forms are left. */
export function countPage(procedure: string, page: string): void {
  const key = `${procedure} ${page}`;
  if (counted.has(key) || !navigator.onLine) return;
  counted.add(key);
  citizenProcedures.reached({ params: { id: procedure }, body: { page } }).catch(() => counted.delete(key));
}

/** The next form of the procedure is counted again. */
export function countAgain(procedure: string): void {
  for (const key of [...counted]) if (key.startsWith(`${procedure} `)) counted.delete(key);
}
