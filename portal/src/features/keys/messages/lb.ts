import type { messages as en } from './en.ts';

export const messages: typeof en = {
  page: 'Meng Schlësselen',
  intro:
    'E Schlëssel léisst ee vun Äre Programmer ouni Passwuert Donnéeë liesen oder schécken. Hien däerf héchstens, wat Dir weiderginn däerft, an hält mat Äre Rechter op.',
  nobody: 'Schlëssele gehéieren zu engem Kont, an den Zougang ass hei op: Är Programmer brauche keen.',
  loading: 'Är Schlëssele gi gelueden',
  signInAgainText:
    'Fir e Schlëssel unzeleeën oder z’ersetzen, musst Dir Iech an de leschten zéng Minutten ugemellt hunn. Är Schlëssele bleiwen, wéi se sinn.',
  new: 'En neie Schlëssel',
  title: 'Fir wat en ass',
  titleHint: 'Fir en erëmzekennen, zum Beispill „Donnéeë vun der Wiederstatioun“',
  for: 'E gëllt fir',
  writes: 'En däerf och Donnéeën änneren',
  make: 'Schlëssel uleeën',
  made: 'De Schlëssel „{title}“ ass prett',
  madeText: 'Kopéiert en elo: E gëtt nëmmen dës eng Kéier gewisen an néierens opgehuewen.',
  copy: 'Kopéieren',
  copied: 'Kopéiert',
  howTo: 'Programmer schécken en am Header',
  nothing:
    'Et gëtt näischt, wat Dir un e Schlëssel weiderginn däerft. Frot d’Verwaltung no enger Reegel, déi et erlaabt.',
  yours: 'Är Schlësselen an déi vun Ärer Organisatioun',
  none: 'Et gëtt nach keng.',
  scope: { read: 'liest', write: 'schreift' },
  ofColleague: 'vun engem Kolleeg ugeluecht',
  state: { revoked: 'Zréckgezunn', expired: 'Ofgelaf' },
  until: 'gülteg bis den {date}',
  lastUsed: 'fir d’lescht gebraucht den {date}',
  neverUsed: 'ni gebraucht',
  usage: '{requests} Ufroen an 30 Deeg, dovunner {refused} refuséiert',
  rotate: 'Ersetzen',
  revoke: 'Zréckzéien',
  cancel: 'Behalen',
  sure: {
    rotate: 'En neie Schlëssel gëtt ugeluecht, an dësen hält direkt op. Ersetzen?',
    revoke: 'Wat e benotzt, ass direkt ausgespaart. Zréckzéien?',
  },
};
