const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/**
 * Escapes text for XML and HTML, in elements and in attributes. Control characters, which XML can't contain, become
 * `�`.
 */
export function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[&<>"\n]|[\u0000-\u0009\u000b-\u001f]/g, (character) => ENTITIES[character] ?? '\ufffd');
}
