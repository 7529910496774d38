import type { LanguageMap } from '../ports.ts';

/** What a device shows, in its language. */
export interface PushContent {
  readonly title: LanguageMap;
  readonly text: LanguageMap;
  readonly link: string;
  /** Only in the first message to a browser: what its service worker returns. */
  readonly confirm?: { readonly endpoint: string; readonly token: string };
}

/** Keys of first messages begin with it. */
export const CONFIRMATION = 'confirm:';

const TITLE: LanguageMap = {
  fr: 'Notifications activées',
  en: 'Notifications are on',
  de: 'Benachrichtigungen sind eingeschaltet',
  lb: 'Notificatioune sinn ageschalt',
};
const TEXT: LanguageMap = {
  fr: 'Vous recevrez ici ce que vous suivez.',
  en: 'You will get here what you follow.',
  de: 'Hier erhalten Sie, was Sie abonniert haben.',
  lb: 'Hei kritt Dir, wat Dir verfollegt.',
};

/** The first message to a browser. Its service worker shows it, and returns the token. */
export function firstMessage(endpoint: string, token: string): PushContent {
  return { title: TITLE, text: TEXT, link: '/app/settings', confirm: { endpoint, token } };
}
