import type { ServicePagesContract } from '@alzette/system/contract';
import { SERVICE_PAGES } from '@alzette/system/paths';
import { clientOf } from '@alzette/web/asking';

export const servicePages = clientOf<ServicePagesContract>(SERVICE_PAGES);

/** What a page of a service receives. Its requests have the rights of the reader. */
interface PageContext {
  ask<T>(method: string, path: string, body?: object): Promise<T>;
  readonly locale: string;
}

/** A module of a service: it fills an element, and returns what empties it. */
export interface PageModule {
  mount(element: HTMLElement, context: PageContext): (() => void) | undefined | Promise<(() => void) | undefined>;
}
