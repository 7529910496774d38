import MarkdownIt from 'markdown-it';

/*
 * What agents write is Markdown; HTML in it is shown as text. Images in texts are not drawn: they would be loaded from
 * elsewhere, and tell there who reads.
 */
const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false }).disable('image');
// The page has the one title: headings of a text come below it.
markdown.core.ruler.push('lower_headings', ({ tokens }) => {
  for (const token of tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue;
    token.tag = `h${Math.min(Number(token.tag.slice(1)) + 1, 6)}`;
  }
});
markdown.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', 'noopener noreferrer nofollow');
  return self.renderToken(tokens, index, options);
};

/** HTML that is safe to show, of a text in Markdown. */
export function htmlOf(text: string): string {
  return markdown.render(text);
}

/** The first words of a text, without marks. @param most characters */
export function beginningOf(text: string, most: number): string {
  const plain = markdown
    .parse(text, {})
    .map(({ children }) => (children ?? []).map(wordsOf).join(''))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (plain.length <= most) return plain;
  return `${plain.slice(0, plain.lastIndexOf(' ', most)).replace(/[\s,.;:]+$/, '')}…`;
}

function wordsOf({ type, content }: { readonly type: string; readonly content: string }): string {
  return type === 'softbreak' || type === 'hardbreak' ? ' ' : content;
}
