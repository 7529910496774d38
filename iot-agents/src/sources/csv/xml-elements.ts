/** An element of XML that a program wrote: its attributes and its content as written. */
export interface XmlElement {
  readonly attributes: string;
  readonly content: string;
}

const ATTRIBUTE = /(?:^|\s)([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * The elements that a pattern such as `/<(?:\w+:)?row(?=[\s/>])/g` begins, which do not contain each other. What does not
 * end is left out, and the text is read once.
 */
export function* elements(xml: string, opening: RegExp): Generator<XmlElement> {
  let at = 0;
  for (;;) {
    opening.lastIndex = at;
    const found = opening.exec(xml);
    if (found === null) return;
    const from = opening.lastIndex;
    const end = xml.indexOf('>', from);
    if (end === -1) return;
    const isEmpty = xml[end - 1] === '/';
    const closing = isEmpty ? '' : `</${found[0].slice(1)}>`;
    const close = isEmpty ? end + 1 : xml.indexOf(closing, end);
    if (close === -1) return;
    at = close + closing.length;
    yield { attributes: xml.slice(from, isEmpty ? end - 1 : end), content: isEmpty ? '' : xml.slice(end + 1, close) };
  }
}

/** An attribute by its name, with or without a prefix. */
export function attributeOf({ attributes }: Pick<XmlElement, 'attributes'>, name: string): string | undefined {
  for (const [, key = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    if (key === name || key.endsWith(`:${name}`)) return unescaped(double ?? single ?? '');
  }
  return undefined;
}

export function unescaped(text: string): string {
  return text.replace(ENTITY, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
