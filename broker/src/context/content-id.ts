import { hash } from 'node:crypto';

/** An id drawn from the content: the same @context always gets the same. 32 hexadecimal digits. */
export function contentId(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
