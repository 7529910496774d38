/**
 * The address of a file of the platform under the host by which this page was opened: a platform may have several, and
 * the stored address has only one of them. Other addresses stay.
 */
export function ownFile(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return pathname.startsWith('/files/') ? pathname + search : url;
}
