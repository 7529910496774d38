import { tenantOfPage } from '../../broker/context-link.ts';

/** The name under which a form's text is kept: those of different tenants differ. */
export function keyOfDraft(name: string): string {
  return `${tenantOfPage() ?? ''}/${name}`;
}
