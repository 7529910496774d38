import type { messages as en } from './en.ts';

export const messages: typeof en = {
  page: 'Meine Schlüssel',
  intro:
    'Ein Schlüssel lässt eines Ihrer Programme ohne Passwort Daten lesen oder senden. Er darf höchstens, was Sie weitergeben dürfen, und endet mit Ihren Rechten.',
  nobody: 'Schlüssel gehören zu einem Konto, und der Zugang ist hier offen: Ihre Programme brauchen keinen.',
  loading: 'Ihre Schlüssel werden geladen',
  signInAgainText:
    'Um einen Schlüssel anzulegen oder zu ersetzen, müssen Sie sich in den letzten zehn Minuten angemeldet haben. Ihre Schlüssel bleiben, wie sie sind.',
  new: 'Ein neuer Schlüssel',
  title: 'Wofür er ist',
  titleHint: 'Um ihn wiederzuerkennen, zum Beispiel „Daten der Wetterstation“',
  for: 'Er gilt für',
  writes: 'Er darf auch Daten ändern',
  make: 'Schlüssel anlegen',
  made: 'Der Schlüssel „{title}“ ist bereit',
  madeText: 'Kopieren Sie ihn jetzt: Er wird nur dieses eine Mal gezeigt und nirgends aufbewahrt.',
  copy: 'Kopieren',
  copied: 'Kopiert',
  howTo: 'Programme senden ihn im Kopf',
  nothing:
    'Es gibt nichts, was Sie an einen Schlüssel weitergeben dürfen. Bitten Sie die Verwaltung um eine Regel, die es erlaubt.',
  yours: 'Ihre Schlüssel und die Ihrer Organisation',
  none: 'Es gibt noch keine.',
  scope: { read: 'liest', write: 'schreibt' },
  ofColleague: 'von jemandem aus Ihrer Organisation',
  state: { revoked: 'Widerrufen', expired: 'Abgelaufen' },
  until: 'gültig bis {date}',
  lastUsed: 'zuletzt benutzt am {date}',
  neverUsed: 'nie benutzt',
  usage: '{requests} Anfragen in 30 Tagen, davon {refused} abgelehnt',
  rotate: 'Ersetzen',
  revoke: 'Widerrufen',
  cancel: 'Behalten',
  sure: {
    rotate: 'Ein neuer Schlüssel wird angelegt, und dieser endet sofort. Ersetzen?',
    revoke: 'Was ihn benutzt, ist sofort ausgesperrt. Widerrufen?',
  },
};
