import type { Texts } from '../contract/texts.ts';

type What =
  | 'send'
  | 'message'
  | 'askParts'
  | 'step'
  | 'silence'
  | 'cancelBooking'
  | 'offered'
  | 'reminder'
  | 'pay'
  | 'news';

/** What happened, without any text of the sender or the desk: devices show it on locked screens. */
export const HAPPENED: { readonly [what in What]: Required<Texts> } = {
  send: {
    fr: 'Nous avons reçu votre demande. L’accusé de réception est joint.',
    en: 'We have received your request. The receipt is attached.',
    de: 'Wir haben Ihren Antrag erhalten. Die Eingangsbestätigung liegt bei.',
    lb: 'Mir hunn Är Ufro kritt. D’Empfangsbestätegung läit bäi.',
  },
  message: {
    fr: 'Vous avez un message au sujet de votre demande.',
    en: 'You have a message about your request.',
    de: 'Sie haben eine Nachricht zu Ihrem Antrag.',
    lb: 'Dir hutt e Message zu Ärer Ufro.',
  },
  askParts: {
    fr: 'Il manque des pièces à votre demande.',
    en: 'Parts of your request are missing.',
    de: 'Zu Ihrem Antrag fehlen Unterlagen.',
    lb: 'Bei Ärer Ufro feele Pabeieren.',
  },
  step: {
    fr: 'Votre demande a avancé :',
    en: 'Your request has moved on:',
    de: 'Ihr Antrag ist weiter:',
    lb: 'Är Ufro ass virukomm:',
  },
  silence: {
    fr: 'Le délai est passé. Décision par le silence :',
    en: 'The time has passed. Decision by silence:',
    de: 'Die Frist ist abgelaufen. Entscheidung durch Schweigen:',
    lb: 'Den Delai ass eriwwer. Decisioun duerch Rouen:',
  },
  cancelBooking: {
    fr: 'Votre réservation est annulée.',
    en: 'Your booking is cancelled.',
    de: 'Ihre Buchung ist storniert.',
    lb: 'Är Reservatioun ass annuléiert.',
  },
  offered: {
    fr: 'Une place s’est libérée : confirmez-la. Créneau :',
    en: 'A place is free: confirm it. Slot:',
    de: 'Ein Platz ist frei geworden: Bestätigen Sie ihn. Termin:',
    lb: 'Eng Plaz ass fräi ginn: confirméiert se. Termin:',
  },
  reminder: {
    fr: 'Rappel de votre rendez-vous :',
    en: 'Reminder of your appointment:',
    de: 'Erinnerung an Ihren Termin:',
    lb: 'Erënnerung un Ären Termin:',
  },
  pay: {
    fr: 'Nous avons reçu votre paiement. Son numéro :',
    en: 'We have received your payment. Its number:',
    de: 'Wir haben Ihre Zahlung erhalten. Ihre Nummer:',
    lb: 'Mir hunn Är Bezuelung kritt. Hir Nummer:',
  },
  news: {
    fr: 'Il y a du nouveau sur votre demande.',
    en: 'There is news on your request.',
    de: 'Es gibt Neues zu Ihrem Antrag.',
    lb: 'Et gëtt Neies zu Ärer Ufro.',
  },
};
