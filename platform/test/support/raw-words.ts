import type { Page } from '@playwright/test';

/** What no reader should see on a page: identifiers of programs, and in French pages sentences in English. */
const RAW: Readonly<Record<string, RegExp>> = {
  URN: /\burn:[a-z0-9][\w-]*:\S+/gi,
  UUID: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  IRI: /\bhttps?:\/\/\S+/gi,
  'a name of a program': /(?<![\w./@#-])[a-z]{2,}[A-Z][a-z]\w*/g,
};
const ENGLISH = /\b(?:the|and|of|is|are|was|were|with|not|from|this|that|has|have|for|which|by|to)\b/gi;
const ENGLISH_WORDS = 3;

/** The raw identities in the texts that a page shows; those of a French page also English sentences. */
export async function rawWords(page: Page): Promise<string[]> {
  const { language, texts } = (await page.evaluate(TEXTS)) as { language: string; texts: string[] };
  return rawIn(texts, language);
}

/** The same in texts that are sent, such as letters and reports. */
export function rawIn(texts: readonly string[], language: string): string[] {
  return texts.flatMap((text) => {
    const found = Object.entries(RAW).flatMap(([kind, pattern]) =>
      (text.match(pattern) ?? []).map((word) => `${kind}: ${word}`),
    );
    const english = language === 'fr' ? new Set((text.match(ENGLISH) ?? []).map((word) => word.toLowerCase())) : [];
    return [...english].length >= ENGLISH_WORDS ? [...found, `English: ${text.slice(0, 120)}`] : found;
  });
}
/** A string, because it runs in the browser. Code and quoted documents are meant for developers. */
const TEXTS = `(() => {
  const texts = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element.closest('code, pre, script, style, textarea, [lang="en"], [data-developers]')) continue;
    const text = node.textContent.trim();
    if (text !== '' && element.checkVisibility()) texts.add(text);
  }
  return { language: document.documentElement.lang, texts: [...texts] };
})()`;
