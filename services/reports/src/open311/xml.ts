import { xmlText } from '@alzette/kit/html';

/** A value of an answer: in XML one element per member, and an array as elements with the same name (`singular`). */
export type Node = string | number | boolean | undefined | null | { readonly [member: string]: Node } | readonly Node[];

/** The element name for the items of an array, by the array's name. */
const ITEMS: { readonly [array: string]: string } = {
  services: 'service',
  attributes: 'attribute',
  values: 'value',
  service_requests: 'request',
  service_request_updates: 'request_update',
  endpoints: 'endpoint',
  formats: 'format',
  errors: 'error',
};

/** An XML document with one root element. */
export function toXml(root: string, content: Node, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="utf-8"?>\n<${root}${attribute}>${inner(root, content)}</${root}>\n`;
}

function inner(name: string, content: Node): string {
  if (content === undefined || content === null) return '';
  if (Array.isArray(content)) {
    const item = ITEMS[name] ?? 'item';
    return content.map((each) => `<${item}>${inner(item, each)}</${item}>`).join('');
  }
  if (typeof content !== 'object') return xmlText(String(content));
  return Object.entries(content)
    .filter(([, value]) => value !== undefined)
    .map(([member, value]) => `<${member}>${inner(member, value)}</${member}>`)
    .join('');
}
