import type { Entry } from '../contract/desk.ts';
import type { Status } from '../contract/report.ts';
import type { Texts } from '../ports.ts';

const STATUS: { readonly [status in Status]: Required<Texts> } = {
  open: {
    fr: 'Votre signalement est ouvert.',
    en: 'Your report is open.',
    de: 'Ihre Meldung ist offen.',
    lb: 'Äre Rapport ass op.',
  },
  investigating: {
    fr: 'Votre signalement est à l’étude.',
    en: 'Your report is being looked into.',
    de: 'Ihre Meldung wird geprüft.',
    lb: 'Äre Rapport gëtt gepréift.',
  },
  planned: {
    fr: 'Une intervention est planifiée.',
    en: 'Work is planned.',
    de: 'Arbeiten sind geplant.',
    lb: 'Aarbechte si geplangt.',
  },
  inProgress: {
    fr: 'L’intervention est en cours.',
    en: 'Work is under way.',
    de: 'Die Arbeiten laufen.',
    lb: 'D’Aarbechte lafen.',
  },
  fixed: {
    fr: 'C’est réparé. Êtes-vous satisfait ?',
    en: 'It is fixed. Are you satisfied?',
    de: 'Es ist behoben. Sind Sie zufrieden?',
    lb: 'Et ass gefléckt. Sidd Dir zefridden?',
  },
  notOurs: {
    fr: 'Cela ne relève pas de nos services.',
    en: 'This is not ours to see to.',
    de: 'Dafür sind wir nicht zuständig.',
    lb: 'Dofir si mir net zoustänneg.',
  },
  duplicate: {
    fr: 'Votre signalement rejoint un autre, que vous suivez désormais.',
    en: 'Your report joins another, which you now follow.',
    de: 'Ihre Meldung gehört zu einer anderen, der Sie nun folgen.',
    lb: 'Äre Rapport gehéiert zu engem aneren, deem Dir elo follegt.',
  },
  noAction: {
    fr: 'Votre signalement est clos sans suite.',
    en: 'Your report is closed without action.',
    de: 'Ihre Meldung wurde ohne Maßnahme geschlossen.',
    lb: 'Äre Rapport gouf ouni Moossnam zougemaach.',
  },
};
const ACCEPTED: Texts = {
  fr: 'Votre signalement est publié.',
  en: 'Your report is published.',
  de: 'Ihre Meldung ist veröffentlicht.',
  lb: 'Äre Rapport ass publizéiert.',
};
const HIDDEN: Texts = {
  fr: 'Votre signalement n’est pas affiché publiquement. La raison est dans l’application.',
  en: 'Your report is not shown publicly. The reason is in the app.',
  de: 'Ihre Meldung wird nicht öffentlich gezeigt. Der Grund steht in der App.',
  lb: 'Äre Rapport gëtt net ëffentlech gewisen. De Grond steet an der App.',
};
const PASSED_ON: Texts = {
  fr: 'Votre signalement est transmis à l’organisme compétent.',
  en: 'Your report is passed on to the body in charge.',
  de: 'Ihre Meldung ist an die zuständige Stelle weitergegeben.',
  lb: 'Äre Rapport ass un déi zoustänneg Plaz weiderginn.',
};
const UPDATED: Texts = {
  fr: 'Il y a du nouveau sur votre signalement.',
  en: 'There is news on your report.',
  de: 'Es gibt Neues zu Ihrer Meldung.',
  lb: 'Et gëtt Neies zu Ärem Rapport.',
};

/** A sentence about an event, without any text of the author or the desk. */
export function sentenceOf(
  { act, status }: Pick<Entry, 'act' | 'status'>,
  promisedAt: string | undefined,
  timeZone: string,
): Texts {
  if (act === 'accept') return ACCEPTED;
  if (act === 'hide') return HIDDEN;
  if (act === 'passedOn') return PASSED_ON;
  if (act === 'promise' && promisedAt !== undefined) return promised(promisedAt, timeZone);
  if (act === 'update' || act === 'promise' || status === undefined) return UPDATED;
  return STATUS[status];
}

function promised(at: string, timeZone: string): Texts {
  const day = (locale: string) => new Date(at).toLocaleDateString(locale, { dateStyle: 'long', timeZone });
  return {
    fr: `Une réponse est promise pour le ${day('fr')}.`,
    en: `An answer is promised for ${day('en')}.`,
    de: `Eine Antwort ist zugesagt für den ${day('de')}.`,
    lb: `Eng Äntwert ass versprach fir den ${day('de')}.`,
  };
}
