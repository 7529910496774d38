import { hash } from 'node:crypto';

/** An id derived from the content: equal @contexts have equal ids. 32 hexadecimal digits. */
export function contentId(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
