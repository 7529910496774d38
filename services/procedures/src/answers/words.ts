import type { Texts } from '../contract/texts.ts';

/** In all languages of the product. */
function say(fr: string, en: string, de: string, lb: string): Required<Texts> {
  return { fr, en, de, lb };
}

/** What to do about an answer, in the words of the person who fills in the form (RGAA 11.10 and 11.11). */
export const WORDS = {
  missing: (label: Texts) =>
    say(
      `Remplissez « ${label.fr} »`,
      `Fill in “${label.en ?? label.fr}”`,
      `Füllen Sie „${label.de ?? label.fr}“ aus`,
      `Fëllt „${label.lb ?? label.de ?? label.fr}“ aus`,
    ),
  text: say('Saisissez un texte', 'Enter a text', 'Geben Sie einen Text ein', 'Gitt en Text an'),
  tooLong: (most: number, got: number) =>
    say(
      `${most} caractères au plus, vous en avez saisi ${got}`,
      `At most ${most} characters, you entered ${got}`,
      `Höchstens ${most} Zeichen, Sie haben ${got} eingegeben`,
      `Héchstens ${most} Zeechen, Dir hutt der ${got} aginn`,
    ),
  number: say('Saisissez un nombre', 'Enter a number', 'Geben Sie eine Zahl ein', 'Gitt eng Zuel an'),
  wholeNumber: say(
    'Saisissez un nombre entier',
    'Enter a whole number',
    'Geben Sie eine ganze Zahl ein',
    'Gitt eng ganz Zuel an',
  ),
  between(min: number | undefined, max: number | undefined) {
    if (max === undefined) return say(`Au moins ${min}`, `At least ${min}`, `Mindestens ${min}`, `Mindestens ${min}`);
    if (min === undefined) return say(`Au plus ${max}`, `At most ${max}`, `Höchstens ${max}`, `Héchstens ${max}`);
    return say(`De ${min} à ${max}`, `From ${min} to ${max}`, `Von ${min} bis ${max}`, `Vun ${min} bis ${max}`);
  },
  money: say(
    'Un montant en euros a au plus deux décimales',
    'An amount in euros has at most two decimals',
    'Ein Betrag in Euro hat höchstens zwei Nachkommastellen',
    'E Betrag an Euro huet héchstens zwou Kommastellen',
  ),
  yesNo: say('Choisissez oui ou non', 'Choose yes or no', 'Wählen Sie ja oder nein', 'Wielt jo oder neen'),
  choice: say(
    'Choisissez une réponse de la liste',
    'Choose an answer of the list',
    'Wählen Sie eine Antwort aus der Liste',
    'Wielt eng Äntwert aus der Lëscht',
  ),
  date: say(
    'Une date, par exemple 02/12/2026',
    'A date, e.g. 02/12/2026',
    'Ein Datum, z. B. 02.12.2026',
    'En Datum, z. B. 02.12.2026',
  ),
  time: say(
    'Une heure, par exemple 14:30',
    'A time, e.g. 14:30',
    'Eine Uhrzeit, z. B. 14:30',
    'Eng Auerzäit, z. B. 14:30',
  ),
  dateTime: say('Une date et une heure', 'A date and a time', 'Ein Datum und eine Uhrzeit', 'En Datum an eng Auerzäit'),
  period: say('Un début et une fin', 'A beginning and an end', 'Ein Anfang und ein Ende', 'En Ufank an en Enn'),
  order: say(
    'La fin ne peut pas précéder le début',
    'The end can not be before the beginning',
    'Das Ende kann nicht vor dem Anfang liegen',
    'D’Enn kann net virum Ufank leien',
  ),
  past: say(
    'Choisissez une date à venir',
    'Choose a date to come',
    'Wählen Sie ein künftiges Datum',
    'Wielt en Datum, deen nach kënnt',
  ),
  early: (days: number) =>
    say(
      `Au plus tôt dans ${days} jours`,
      `In ${days} days at the earliest`,
      `Frühestens in ${days} Tagen`,
      `Fréistens an ${days} Deeg`,
    ),
  late: (days: number) =>
    say(
      `Au plus tard dans ${days} jours`,
      `In ${days} days at the latest`,
      `Spätestens in ${days} Tagen`,
      `Spéitstens an ${days} Deeg`,
    ),
  email: say(
    'Une adresse e-mail, par exemple nom@exemple.fr',
    'An e-mail address, e.g. name@example.org',
    'Eine E-Mail-Adresse, z. B. name@beispiel.de',
    'Eng E-Mail-Adress, z. B. numm@beispill.lu',
  ),
  phone: say(
    'Un numéro de téléphone, par exemple +33 6 12 34 56 78',
    'A telephone number, e.g. +352 621 123 456',
    'Eine Telefonnummer, z. B. +352 621 123 456',
    'Eng Telefonsnummer, z. B. +352 621 123 456',
  ),
  address: say(
    'Une adresse du territoire : numéro, rue, commune',
    'An address of the territory: number, street, municipality',
    'Eine Adresse des Gebiets: Nummer, Straße, Gemeinde',
    'Eng Adress vum Territoire: Nummer, Strooss, Gemeng',
  ),
  outside: say(
    'Choisissez un lieu du territoire',
    'Choose a place of the territory',
    'Wählen Sie einen Ort des Gebiets',
    'Wielt eng Plaz vum Territoire',
  ),
  place: say(
    'Indiquez le lieu sur la carte ou par son adresse',
    'Say where it is on the map, or by its address',
    'Geben Sie den Ort auf der Karte oder mit der Adresse an',
    'Gitt d’Plaz op der Kaart oder mat der Adress un',
  ),
  parcel: say(
    '14 caractères : commune, préfixe, section et numéro, par exemple 57038000AB0012',
    '14 characters: municipality, prefix, section and number, e.g. 57038000AB0012',
    '14 Zeichen: Gemeinde, Präfix, Sektion und Nummer, z. B. 57038000AB0012',
    '14 Zeechen: Gemeng, Präfix, Sektioun an Nummer, z. B. 57038000AB0012',
  ),
  asset: say(
    'Choisissez l’équipement sur la carte ou par son numéro',
    'Choose the asset on the map or by its number',
    'Wählen Sie den Gegenstand auf der Karte oder nach seiner Nummer',
    'Wielt d’Equipement op der Kaart oder no senger Nummer',
  ),
  digits: (expected: number, got: number) =>
    say(
      `${expected} chiffres attendus, ${got} saisis`,
      `${expected} digits expected, ${got} entered`,
      `${expected} Ziffern erwartet, ${got} eingegeben`,
      `${expected} Zifferen erwaart, ${got} aginn`,
    ),
  checkDigit: say(
    'Un chiffre est faux : comparez avec votre document',
    'A digit is wrong: compare it with your document',
    'Eine Ziffer ist falsch: vergleichen Sie mit Ihrem Dokument',
    'Eng Ziffer ass falsch: vergläicht mat Ärem Dokument',
  ),
  rna: say('W et 9 chiffres', 'W and 9 digits', 'W und 9 Ziffern', 'W an 9 Zifferen'),
  luVat: say(
    'LU et 8 chiffres, dont les deux derniers contrôlent les autres',
    'LU and 8 digits; the last two check the others',
    'LU und 8 Ziffern, die letzten zwei prüfen die anderen',
    'LU an 8 Zifferen, déi lescht zwou préiwen déi aner',
  ),
  rcs: say(
    'Une lettre et 1 à 6 chiffres',
    'A letter and 1 to 6 digits',
    'Ein Buchstabe und 1 bis 6 Ziffern',
    'E Buschtaf an 1 bis 6 Zifferen',
  ),
  deVat: say(
    'DE et 9 chiffres, dont le dernier contrôle les autres',
    'DE and 9 digits; the last one checks the others',
    'DE und 9 Ziffern, die letzte prüft die anderen',
    'DE an 9 Zifferen, déi lescht préift déi aner',
  ),
  iban: say(
    'L’IBAN comme sur votre relevé : pays, deux chiffres de contrôle et le compte',
    'The IBAN as on your statement: country, two check digits and the account',
    'Die IBAN wie auf Ihrem Auszug: Land, zwei Prüfziffern und das Konto',
    'D’IBAN wéi op Ärem Auszuch: Land, zwou Préifzifferen an de Kont',
  ),
  file: say(
    'Envoyez de nouveau ce fichier',
    'Upload this file again',
    'Laden Sie diese Datei noch einmal hoch',
    'Luet dëse Fichier nach eng Kéier erop',
  ),
  signature: say('Signez dans le cadre', 'Sign in the frame', 'Unterschreiben Sie im Feld', 'Ënnerschreift am Feld'),
  most: (most: number) => say(`${most} au plus`, `At most ${most}`, `Höchstens ${most}`, `Héchstens ${most}`),
  least: (least: number) => say(`${least} au moins`, `At least ${least}`, `Mindestens ${least}`, `Mindestens ${least}`),
  rows: say('Ajoutez au moins une ligne', 'Add a line', 'Fügen Sie eine Zeile hinzu', 'Füügt eng Zeil derbäi'),
  slot: say('Choisissez un créneau', 'Choose a slot', 'Wählen Sie einen Termin', 'Wielt en Termin'),
  form: say(
    'Cette réponse n’a pas la forme attendue',
    'This answer does not have the expected form',
    'Diese Antwort hat nicht die erwartete Form',
    'Dës Äntwert huet net déi erwaart Form',
  ),
} as const;
