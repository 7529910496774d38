import { readAnswer } from '@alzette/web/asking';

/** An item of a list of `/citizen/v1`. Public. */
export interface Summary {
  readonly id: string;
  readonly kind: 'news' | 'event' | 'alert' | 'place' | 'page' | 'menu' | 'poll';
  /** A commune's slug; '' is the community of communes. */
  readonly owner: string;
  readonly language: string;
  readonly title: string;
  readonly summary?: string;
  readonly publishedAt: string;
  readonly expiresAt?: string;
  readonly image?: { readonly url: string; readonly alt: string };
  readonly theme?: string;
  readonly address?: string;
  readonly link?: string;
  readonly location?: { readonly coordinates: readonly [number, number] };
  readonly event?: {
    readonly start: string;
    readonly end?: string;
    readonly venue?: string;
    readonly price?: string;
    readonly isFree?: boolean;
  };
  readonly severity?: 'information' | 'warning' | 'emergency';
  readonly place?: {
    readonly category: string;
    readonly telephone?: string;
    readonly email?: string;
    readonly website?: string;
    readonly openingHours?: string;
  };
  readonly section?: string;
  readonly menu?: {
    readonly day: string;
    readonly canteen: string;
    readonly dishes: readonly {
      readonly course: string;
      readonly name: string;
      readonly allergens?: readonly string[];
      readonly labels?: readonly string[];
    }[];
  };
  readonly choices?: readonly { readonly id: string; readonly text: string }[];
  /** For a poll: the number of answers for each choice. */
  readonly answers?: Readonly<Record<string, number>>;
}
export interface Whole extends Summary {
  /** Safe HTML: the server renders it from Markdown, with HTML disabled. */
  readonly html: string;
  /** The same text in easy language, if there is one. */
  readonly easyHtml?: string;
}
export interface Items {
  readonly items: readonly Summary[];
  readonly next?: number;
}
export interface Home {
  readonly alerts: readonly Summary[];
  readonly news: readonly Summary[];
  readonly events: readonly Summary[];
  readonly menus: readonly Summary[];
  readonly polls: readonly Summary[];
}

/**
 * Requests `/citizen/v1` without the browser's cache; the ETag avoids unnecessary transfers.
 *
 * @throws AnswerError; TypeError: no network
 */
export async function askCitizen<T>(path: string, init: RequestInit = {}): Promise<T> {
  return readAnswer<T>(await fetch(`/citizen/v1${path}`, { cache: 'no-cache', ...init }));
}

/** Posts JSON. */
export function postCitizen<T>(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<T> {
  return askCitizen<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
