/** The pattern of a column's name: {yy} and {yyyy} are the year, {x} is a letter, | is or. Case does not matter. */
export function columnPattern(column: string): RegExp {
  const escaped = column.replace(/[.*+?^$()[\]\\]/g, '\\$&');
  const pattern = escaped
    .replace('{yyyy}', '(?<yyyy>\\d{4})')
    .replace('{yy}', '(?<yy>\\d\\d)')
    .replaceAll('{x}', '[A-Z]');
  return new RegExp(`^(?:${pattern})$`, 'i');
}

/** The first column of a row with such a name. */
export function columnIn(cells: Readonly<Record<string, string>>, column: string): string | undefined {
  if (Object.hasOwn(cells, column)) return column;
  const pattern = columnPattern(column);
  return Object.keys(cells).find((name) => pattern.test(name));
}
