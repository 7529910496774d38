/**
 * Import cycles, type imports included: groups of files that reach each other (strongly connected components, by
 * Tarjan's algorithm). The files of a cycle are sorted by name.
 */
export function circlesIn(
  files: readonly string[],
  imports: readonly { readonly file: string; readonly imported: string | undefined }[],
): string[][] {
  const targets = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const { file, imported } of imports) {
    if (imported !== undefined && targets.has(imported)) targets.get(file)?.push(imported);
  }
  const circles: string[][] = [];
  const numbers = new Map<string, number>();
  const stack: string[] = [];
  /** The lowest index that the file reaches through files on the stack. */
  const lowestFrom = (file: string): number => {
    const number = numbers.size;
    numbers.set(file, number);
    stack.push(file);
    let lowest = number;
    for (const target of targets.get(file) ?? []) {
      if (!numbers.has(target)) lowest = Math.min(lowest, lowestFrom(target));
      else if (stack.includes(target)) lowest = Math.min(lowest, numbers.get(target) as number);
    }
    if (lowest === number) {
      const circle = stack.splice(stack.indexOf(file)).sort();
      if (circle.length > 1 || targets.get(file)?.includes(file)) circles.push(circle);
    }
    return lowest;
  };
  for (const file of files) if (!numbers.has(file)) lowestFrom(file);
  return circles;
}
