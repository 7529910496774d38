/** Quoted text and bodies of functions, which stay as they are; comments; and the ends of statements. */
const PARTS = /\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'|"[^"]*"|--.*$|\/\*[\s\S]*?\*\/|;/gm;

/** The statements of an SQL text without comments, each on one line as far as it is not quoted. */
export function sqlStatements(sql: string): string[] {
  const statements: string[] = [];
  let statement = '';
  let from = 0;
  const add = (text: string) => {
    statement += statement.endsWith(' ') ? text.trimStart() : text;
  };
  for (const { 0: part, index } of sql.matchAll(PARTS)) {
    add(sql.slice(from, index).replace(/\s+/g, ' '));
    from = index + part.length;
    if (part === ';') {
      statements.push(statement.trim());
      statement = '';
    } else add(/^(?:--|\/\*)/.test(part) ? ' ' : part);
  }
  add(sql.slice(from).replace(/\s+/g, ' '));
  return [...statements, statement.trim()].filter((each) => each !== '');
}
