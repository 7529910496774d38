/** A text in each language of the product. */
interface Translated {
  readonly fr: string;
  readonly en: string;
  readonly de: string;
  readonly lb: string;
}

/** Words for the codes of the data models, by attribute and code. */
const WORDS = {
  powerState: {
    on: { fr: 'allumé', en: 'on', de: 'an', lb: 'un' },
    off: { fr: 'éteint', en: 'off', de: 'aus', lb: 'aus' },
    low: { fr: 'abaissé', en: 'dimmed', de: 'gedimmt', lb: 'gedimmt' },
    bootingUp: { fr: 'démarre', en: 'starting', de: 'startet', lb: 'start' },
  },
  status: {
    ok: { fr: 'en ordre', en: 'ok', de: 'in Ordnung', lb: 'an der Rei' },
    defectiveLamp: { fr: 'lampe en panne', en: 'lamp defective', de: 'Lampe defekt', lb: 'Luucht futti' },
    columnIssue: { fr: 'mât endommagé', en: 'column damaged', de: 'Mast beschädigt', lb: 'Mast beschiedegt' },
    brokenLantern: {
      fr: 'lanterne cassée',
      en: 'lantern broken',
      de: 'Leuchtenkopf zerbrochen',
      lb: 'Luuchtekapp futti',
    },
    lidOpen: { fr: 'couvercle ouvert', en: 'lid open', de: 'Deckel offen', lb: 'Deckel op' },
    dropped: { fr: 'renversé', en: 'tipped over', de: 'umgekippt', lb: 'ëmgefall' },
    moved: { fr: 'déplacé', en: 'moved', de: 'verschoben', lb: 'verréckelt' },
    vandalized: { fr: 'vandalisé', en: 'vandalised', de: 'mutwillig beschädigt', lb: 'mat Wëlle futti gemaach' },
    burning: { fr: 'en feu', en: 'burning', de: 'brennt', lb: 'brennt' },
    unknown: { fr: 'inconnue', en: 'unknown', de: 'unbekannt', lb: 'onbekannt' },
  },
  deviceState: {
    ok: { fr: 'en ordre', en: 'ok', de: 'in Ordnung', lb: 'an der Rei' },
    stuck: { fr: 'mesure bloquée', en: 'reading stuck', de: 'Messwert blockiert', lb: 'Miesswäert blockéiert' },
    misSet: { fr: 'mal réglé', en: 'wrongly set', de: 'falsch eingestellt', lb: 'falsch agestallt' },
    noisy: { fr: 'mesure instable', en: 'reading unstable', de: 'Messwert schwankt', lb: 'Miesswäert schwankt' },
  },
  workingMode: {
    automatic: { fr: 'automatique', en: 'automatic', de: 'automatisch', lb: 'automatesch' },
    manual: { fr: 'manuel', en: 'manual', de: 'manuell', lb: 'manuell' },
    semiautomatic: { fr: 'semi-automatique', en: 'semi-automatic', de: 'halbautomatisch', lb: 'hallefautomatesch' },
  },
  currentStanding: {
    veryGood: { fr: 'très bonne', en: 'very good', de: 'sehr gut', lb: 'ganz gutt' },
    good: { fr: 'bonne', en: 'good', de: 'gut', lb: 'gutt' },
    fair: { fr: 'moyenne', en: 'fair', de: 'mittel', lb: 'mëttel' },
    bad: { fr: 'mauvaise', en: 'bad', de: 'schlecht', lb: 'schlecht' },
    veryBad: { fr: 'très mauvaise', en: 'very bad', de: 'sehr schlecht', lb: 'ganz schlecht' },
  },
  storedWasteKind: {
    glass: { fr: 'verre', en: 'glass', de: 'Glas', lb: 'Glas' },
    paper: { fr: 'papier', en: 'paper', de: 'Papier', lb: 'Pabeier' },
    plastic: { fr: 'plastique', en: 'plastic', de: 'Kunststoff', lb: 'Plastik' },
    metal: { fr: 'métal', en: 'metal', de: 'Metall', lb: 'Metall' },
    organic: { fr: 'biodéchets', en: 'organic', de: 'Bioabfall', lb: 'Bioffall' },
    other: { fr: 'autre', en: 'other', de: 'Sonstiges', lb: 'Anert' },
  },
} satisfies Record<string, Record<string, Translated>>;

const BY_ATTRIBUTE = new Map<string, ReadonlyMap<string, Translated>>(
  Object.entries(WORDS).map(([attribute, codes]) => [attribute, new Map(Object.entries(codes))]),
);

/** The word for a code of an attribute, `columnIssue` of `status`. Undefined: there is none, the code is not known. */
export function wordFor(attribute: string, code: string, language: keyof Translated): string | undefined {
  return BY_ATTRIBUTE.get(attribute)?.get(code)?.[language];
}

/** All words in one language, by attribute and code. */
export function wordsIn(language: keyof Translated): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...BY_ATTRIBUTE].map(([attribute, codes]) => [
      attribute,
      Object.fromEntries([...codes].map(([code, words]) => [code, words[language]])),
    ]),
  );
}
