import { inLanguage, LANGUAGES, type Language } from '@alzette/kit/languages';
import type { Clock, Procedure } from '../contract/contract.ts';
import type { Texts } from '../contract/texts.ts';

type AllTexts = Required<Texts>;

const LOCALES: { readonly [language in Language]: string } = { fr: 'fr-FR', en: 'en-GB', de: 'de-DE', lb: 'de-LU' };

/** A day in words. @param day `2026-12-02` */
export function dayIn(language: Language, day: string): string {
  return new Date(`${day}T12:00:00Z`).toLocaleDateString(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' });
}

/** A moment in words, in local time. */
export function momentIn(language: Language, at: string, timeZone: string): string {
  return new Date(at).toLocaleString(LOCALES[language], { dateStyle: 'long', timeStyle: 'short', timeZone });
}

function inAll(say: (language: Language) => string): AllTexts {
  return Object.fromEntries(LANGUAGES.map((language) => [language, say(language)])) as AllTexts; // one for each
}

/** What silence means and when, in the words of the receipt (CRPA R112-5). */
export function silenceText({ silence, dueAt = '' }: Clock, { appeal }: Pick<Procedure, 'appeal'>): AllTexts {
  return inAll((language) => {
    const day = dueAt === '' ? '' : dayIn(language, dueAt);
    return SILENCE[silence][language](day, appeal === undefined ? '' : ` ${inLanguage(appeal, language)}`);
  });
}

type Say = (day: string, appeal: string) => string;
const SILENCE: { readonly [silence in Clock['silence']]: { readonly [language in Language]: Say } } = {
  acceptance: {
    fr: (day) =>
      `Sans réponse de notre part le ${day}, votre demande est acceptée, à condition qu’elle soit complète. Vous pourrez alors demander une attestation.`,
    en: (day) =>
      `Without our answer by ${day}, your request is accepted, provided that it is complete. You may then ask for a certificate.`,
    de: (day) =>
      `Ohne unsere Antwort gilt Ihr Antrag am ${day} als angenommen, sofern er vollständig ist. Sie können dann eine Bescheinigung verlangen.`,
    lb: (day) =>
      `Ouni Äntwert vun eis ass Är Ufro de ${day} ugeholl, wann se komplett ass. Dir kënnt dann eng Attestatioun froen.`,
  },
  refusal: {
    fr: (day, appeal) => `Sans réponse de notre part le ${day}, votre demande est refusée.${appeal}`,
    en: (day, appeal) => `Without our answer by ${day}, your request is refused.${appeal}`,
    de: (day, appeal) => `Ohne unsere Antwort gilt Ihr Antrag am ${day} als abgelehnt.${appeal}`,
    lb: (day, appeal) => `Ouni Äntwert vun eis ass Är Ufro de ${day} ofgeleent.${appeal}`,
  },
  express: {
    fr: (day) =>
      `Seule une décision écrite vous autorise : le silence ne vaut pas accord. Nous répondons au plus tard le ${day}.`,
    en: (day) => `Only a written decision is a permission: silence is none. We answer by ${day} at the latest.`,
    de: (day) =>
      `Nur eine schriftliche Entscheidung ist eine Erlaubnis, Schweigen nicht. Wir antworten spätestens am ${day}.`,
    lb: (day) => `Nëmmen eng schrëftlech Decisioun ass eng Erlaabnes, Rouen net. Mir äntwere spéitstens de ${day}.`,
  },
  none: {
    fr: (day) => `C’est un service, non une décision : nous y répondons au plus tard le ${day}.`,
    en: (day) => `This is a service, not a decision: we answer by ${day} at the latest.`,
    de: (day) => `Das ist eine Dienstleistung, keine Entscheidung: Wir antworten spätestens am ${day}.`,
    lb: (day) => `Dat ass e Service, keng Decisioun: mir äntwere spéitstens de ${day}.`,
  },
};

export const WORDS: {
  readonly [word in
    | 'receipt'
    | 'decision'
    | 'reference'
    | 'received'
    | 'service'
    | 'silence'
    | 'answers'
    | 'reason'
    | 'appeal'
    | 'missing']: AllTexts;
} = {
  receipt: { fr: 'Accusé de réception', en: 'Receipt', de: 'Eingangsbestätigung', lb: 'Empfangsbestätegung' },
  decision: { fr: 'Décision', en: 'Decision', de: 'Entscheidung', lb: 'Decisioun' },
  reference: { fr: 'Référence', en: 'Reference', de: 'Aktenzeichen', lb: 'Referenz' },
  received: { fr: 'Reçu le', en: 'Received on', de: 'Eingegangen am', lb: 'Ukomm den' },
  service: { fr: 'Service', en: 'Service', de: 'Zuständige Stelle', lb: 'Service' },
  silence: { fr: 'Délai et silence', en: 'Time and silence', de: 'Frist und Schweigen', lb: 'Delai a Rouen' },
  answers: { fr: 'Votre demande', en: 'Your request', de: 'Ihr Antrag', lb: 'Är Ufro' },
  reason: { fr: 'Motif', en: 'Reason', de: 'Begründung', lb: 'Begrënnung' },
  appeal: { fr: 'Voies et délais de recours', en: 'Appeal', de: 'Rechtsbehelf', lb: 'Recours' },
  missing: { fr: 'Pièces manquantes', en: 'Missing parts', de: 'Fehlende Unterlagen', lb: 'Fehlend Pabeieren' },
};
