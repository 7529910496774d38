/** The URL of an image in a width. It may have parameters already: the tenant, and the signature of a private one. */
export function imageUrl(url: string, width: 320 | 960): string {
  return `${url}${url.includes('?') ? '&' : '?'}width=${width}`;
}
