import { WIDTHS } from '../content/image.ts';
import { IMAGE_FORMATS } from '../contract/contract.ts';

export const MASTER = 'master';

/** The name of one form of a file in the store. */
export function storeName(tenant: string, id: string, form: string): string {
  return `${tenant === '' ? '_' : tenant}/${id.slice(0, 2)}/${id}.${form}`;
}

/** The names of all forms that may exist of a file. */
export function storeNames(tenant: string, id: string): string[] {
  const variants = WIDTHS.flatMap((width) => IMAGE_FORMATS.map((format) => `${width}.${format}`));
  return [MASTER, ...variants].map((form) => storeName(tenant, id, form));
}
