/** A value of an answer: in XML an element per member, an array as elements of one name (`singular`). */
export type Node = string | number | boolean | undefined | null | { readonly [member: string]: Node } | readonly Node[];

/** How the items of an array are called, by the array's own name. */
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
  if (typeof content !== 'object') return escaped(String(content));
  return Object.entries(content)
    .filter(([, value]) => value !== undefined)
    .map(([member, value]) => `<${member}>${inner(member, value)}</${member}>`)
    .join('');
}

const ESCAPES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Without the control characters that XML 1.0 has no way to write. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? '')
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
}
