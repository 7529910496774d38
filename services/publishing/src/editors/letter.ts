import { DateTime } from 'luxon';
import type { Language, LanguageMap } from '../ports.ts';

const SUBJECTS: LanguageMap = {
  fr: 'Votre fiche dans l’annuaire : {name}',
  en: 'Your entry in the directory: {name}',
  de: 'Ihr Eintrag im Verzeichnis: {name}',
  lb: 'Ären Antrag am Annuaire: {name}',
};
const TEXTS: LanguageMap = {
  fr: 'Bonjour,\n\nvous pouvez tenir à jour la fiche « {name} » de l’annuaire de {territory} : horaires, téléphone, e-mail, site web et présentation. Aucun compte n’est nécessaire.\n\n{url}\n\nCe lien est personnel : qui l’a peut proposer des changements. Il est valable jusqu’au {end}.\n',
  en: 'Hello,\n\nyou can keep the entry “{name}” in the directory of {territory} up to date: hours, telephone, e-mail, website and description. No account is needed.\n\n{url}\n\nThis link is personal: whoever has it can propose changes. It is valid until {end}.\n',
  de: 'Guten Tag,\n\nSie können den Eintrag „{name}“ im Verzeichnis von {territory} aktuell halten: Öffnungszeiten, Telefon, E-Mail, Website und Beschreibung. Ein Konto ist nicht nötig.\n\n{url}\n\nDieser Link ist persönlich: Wer ihn hat, kann Änderungen vorschlagen. Er gilt bis {end}.\n',
  lb: 'Moien,\n\nDir kënnt den Antrag „{name}“ am Annuaire vu(n) {territory} aktuell halen: Auerzäiten, Telefon, E-Mail, Websäit a Beschreiwung. E Kont ass net néideg.\n\n{url}\n\nDëse Link ass perséinlech: Wien en huet, kann Ännerunge virschloen. E gëllt bis {end}.\n',
};

interface Invitation {
  readonly name: string;
  readonly territory: string;
  readonly url: string;
  readonly endsAt: Date;
  readonly timeZone: string;
}

/** The mail that brings a keeper their link. */
export function invitationLetter(
  { name, territory, url, endsAt, timeZone }: Invitation,
  language: Language,
): { readonly subject: string; readonly text: string } {
  const end = DateTime.fromJSDate(endsAt, { zone: timeZone }).setLocale(language).toLocaleString(DateTime.DATE_FULL);
  const blanks: Readonly<Record<string, string>> = { name, territory, url, end };
  const fill = (texts: LanguageMap) =>
    (texts[language] ?? texts.fr).replaceAll(/\{(\w+)\}/g, (_, blank: string) => blanks[blank] ?? '');
  return { subject: fill(SUBJECTS), text: fill(TEXTS) };
}
