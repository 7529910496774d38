import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AboutTexts } from './about-texts.ts';
import { texts as de } from './texts/de.ts';
import { texts as en } from './texts/en.ts';
import { texts as fr } from './texts/fr.ts';
import { texts as lb } from './texts/lb.ts';

/** The maximum length of a sentence in easy language, in words. */
const MAX_WORDS = 12;

const shape = (texts: AboutTexts) =>
  [texts.help, texts.accessibility].map((parts) => parts.map(({ text }) => text.length));

for (const [language, texts] of Object.entries({ fr, en, de, lb })) {
  test(`${language}: all parts exist, the easy ones in short sentences`, () => {
    assert.deepEqual(shape(texts), shape(fr));
    for (const { title, easy } of [...texts.help, ...texts.accessibility]) {
      assert.ok(easy.length > 0, title);
      for (const sentence of easy.flatMap((line) => line.split(/(?<=[.?!])\s/))) {
        assert.ok(sentence.split(/\s+/).length <= MAX_WORDS, sentence);
      }
    }
  });
}
