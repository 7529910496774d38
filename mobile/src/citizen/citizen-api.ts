/** A list's entry of `/citizen/v1`: what everybody may read. */
export interface Summary {
  readonly id: string;
  readonly kind: 'news' | 'event' | 'alert' | 'place' | 'page' | 'menu' | 'poll';
  /** A commune's slug; '' is the community. */
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
  /** Of a poll: how often each choice was taken. */
  readonly answers?: Readonly<Record<string, number>>;
}
export interface Whole extends Summary {
  /** Safe to show: made of Markdown by the server, with HTML off. */
  readonly html: string;
  /** The same in words that are easy to read, where somebody has written that. */
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

/** What an answer said that is no success. */
export class AnswerError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'AnswerError';
    this.status = status;
  }
}

/** Asks `/citizen/v1`, past what the browser keeps: the ETag spares the bytes. @throws AnswerError; TypeError: no network */
export async function askCitizen<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`/citizen/v1${path}`, { cache: 'no-cache', ...init });
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  let detail = response.statusText;
  try {
    detail = (JSON.parse(text) as { detail?: string }).detail ?? detail;
  } catch {
    // a proxy's page says nothing more
  }
  throw new AnswerError(response.status, detail);
}

/** The same as JSON that is posted. */
export function postCitizen<T>(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<T> {
  return askCitizen<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
