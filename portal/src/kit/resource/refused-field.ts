import type { Field } from './resource.ts';

/**
 * The field that a refusal is about. Those of the API begin with the member (`limits.perDay: got …`), those of the form
 * with the label.
 */
export function refusedField(fields: readonly Field[], detail: string): string | undefined {
  const [, path = ''] = /^([\w.[\]-]+): /.exec(detail) ?? [];
  const members = path.split(/[.[\]]+/);
  const names = (label: string) => detail.startsWith(label) && /^\s?:/.test(detail.slice(label.length));
  return fields.find(({ key, label }) => members.includes(key) || names(label))?.key;
}
