import assert from 'node:assert/strict';

/** What a screen reader needs of a letter, by the rules of PDF/UA-1 (ISO 14289-1) that the bytes of the file show. */
export function assertReadable(pdf: Buffer, language: string): void {
  const text = pdf.toString('latin1');
  for (const [rule, pattern] of [
    ['it is a PDF', /^%PDF-1\.7/],
    ['it says that it is PDF/UA', /pdfuaid:part/],
    ['it is tagged', /\/Marked true/],
    ['it has a structure', /\/StructTreeRoot/],
    ['it has the language of the letter', new RegExp(`/Lang \\(${language}\\)`)],
    ['it has a title', /<dc:title>[\s\S]*?<rdf:li[^>]*>[^<]+</],
    ['its title is shown', /\/DisplayDocTitle true/],
    ['it has headings and paragraphs', /\/S \/H1[\s\S]*\/S \/P\b/],
    ['tabs follow the structure', /\/Tabs \/S/],
  ] as const) {
    assert.match(text, pattern, rule);
  }
  const fonts = text.match(/\/Subtype \/Type0[\s\S]*?>>/g) ?? [];
  assert.ok(fonts.length > 0);
  for (const font of fonts) assert.match(font, /\/ToUnicode/, 'its text can be read out');
}
