export function wordOf(term: string): string | undefined;
