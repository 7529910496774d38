import type { AiUse } from '@alzette/kit/ai-uses';

export const SUGGESTION_USE = 'report-suggestions';

/** The use of AI that suggests categories and duplicates of reports. */
export const REPORT_SUGGESTIONS: Omit<AiUse, 'switched'> = {
  name: SUGGESTION_USE,
  title: {
    fr: 'Signalements : catégorie et doublons proposés',
    en: 'Reports: suggested category and duplicates',
    de: 'Meldungen: vorgeschlagene Kategorie und Dubletten',
    lb: 'Mellungen: virgeschloen Kategorie an Duebelen',
  },
  purpose: {
    fr: 'Proposer au service la catégorie d’un signalement et ceux qui disent la même chose. Une personne décide toujours.',
    en: 'To suggest to the desk the category of a report, and those that say the same. A person always decides.',
    de: 'Dem Dienst die Kategorie einer Meldung und gleichlautende vorschlagen. Es entscheidet immer eine Person.',
    lb: 'Dem Service d’Kategorie vun enger Mellung proposéieren, an déi, déi datselwecht soen. Eng Persoun decidéiert ëmmer.',
  },
  data: {
    fr: 'Textes, catégories et lieux des signalements du territoire, tant qu’ils sont conservés. Seuls sont retenus les mots présents dans deux signalements au moins ; rien ne quitte le serveur.',
    en: 'Texts, categories and places of the territory’s own reports, as long as they are kept. Only words that two reports have are learned; nothing leaves the server.',
    de: 'Texte, Kategorien und Orte der eigenen Meldungen, solange sie aufbewahrt werden. Gelernt werden nur Wörter, die in zwei Meldungen stehen; nichts verlässt den Server.',
    lb: 'Texter, Kategorien a Plaze vun den eegene Mellungen, soulaang se gehale ginn. Geléiert ginn nëmme Wierder, déi an zwou Mellunge stinn; näischt verléisst de Server.',
  },
  method: {
    fr: 'Catégorie : fréquence des mots (Bayes naïf multinomial). Doublons : mots communs pondérés (TF-IDF) et distance. Réentraîné chaque nuit, évalué sur des signalements mis de côté.',
    en: 'Category: frequency of words (multinomial naive Bayes). Duplicates: shared words by weight (TF-IDF) and distance. Trained anew each night, evaluated on reports held back.',
    de: 'Kategorie: Worthäufigkeit (multinomiales naives Bayes). Dubletten: gewichtete gemeinsame Wörter (TF-IDF) und Entfernung. Jede Nacht neu gelernt, an zurückgehaltenen Meldungen geprüft.',
    lb: 'Kategorie: Heefegkeet vun de Wierder (multinomialen naive Bayes). Duebelen: gemeinsam Wierder no Gewiicht (TF-IDF) an Distanz. All Nuecht nei geléiert, op zréckgehalene Mellunge gepréift.',
  },
  risk: 'limited',
  riskReason: {
    fr: 'Lit des textes de citoyens ; propose sans décider, et le dit.',
    en: 'Reads texts of citizens; it suggests without deciding, and says so.',
    de: 'Liest Texte von Bürgern; schlägt vor, ohne zu entscheiden, und sagt es.',
    lb: 'Liest Texter vu Bierger; proposéiert ouni ze decidéieren, a seet et.',
  },
};
