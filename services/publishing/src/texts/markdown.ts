import MarkdownIt from 'markdown-it';

/*
 * The texts of agents are Markdown; HTML in them is shown as text. Images are not shown, because another server would
 * learn who reads the text.
 */
const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false }).disable('image');
// The page has the only title, so headings of a text are lowered.
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

/** Safe HTML of a Markdown text. */
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
