/** The id of a new document: its title in small letters, and the time, so that two of one title differ. */
export function documentIdOf(title: string): string {
  const bare = title
    .normalize('NFD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 50);
  return `${bare || 'document'}-${Date.now().toString(36)}`;
}
