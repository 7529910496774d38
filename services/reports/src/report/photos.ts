/** What the photos of reports belong to, in the service `files`. Without an id: an upload that no report has yet. */
export const PHOTO_OWNER = 'report';

export function ownerOf(report: string): { readonly kind: string; readonly id: string } {
  return { kind: PHOTO_OWNER, id: report };
}
