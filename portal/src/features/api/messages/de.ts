import type { messages as en } from './en.ts';

export const messages: typeof en = {
  page: 'API ausprobieren',
  intro:
    'Alle Operationen dieser Plattform, von hier auszuprobieren: Was Sie senden, wird ausgeführt. Wer angemeldet ist, fragt mit den eigenen Rechten; „Authorize“ nimmt stattdessen einen Schlüssel oder ein Token.',
  document: 'Das Dokument selbst (OpenAPI 3.1)',
  loading: 'Operationen werden geladen',
  failed: 'Die Operationen konnten nicht geladen werden.',
};
