/**
 * `site`: only who runs the product can tell, such as for the training of staff. `notChecked`: nobody has looked yet.
 */
export const VERDICTS = ['met', 'notMet', 'notChecked', 'site', 'notApplicable'] as const;
export type Verdict = (typeof VERDICTS)[number];

interface ComplianceWords {
  readonly title: string;
  readonly intro: string;
  readonly all: string;
  readonly norm: string;
  readonly reference: string;
  readonly checkedOn: string;
  readonly checkAgainBy: string;
  readonly isOld: string;
  readonly criterion: string;
  readonly verdict: string;
  readonly reason: string;
  readonly evidence: string;
  readonly review: string;
  readonly notMetTitle: string;
  readonly by: string;
  readonly noPlan: string;
  readonly verdicts: { readonly [V in Verdict]: string };
}

/** Words of the public pages, of the portal and of the documentation, in their languages. */
export const COMPLIANCE_WORDS: { readonly [L in 'fr' | 'en' | 'de' | 'lb']: ComplianceWords } = {
  fr: {
    title: 'Conformité',
    intro:
      'Quelles normes le produit respecte, critère par critère, avec la preuve de chaque verdict. Aucun tiers n’a audité : les résultats viennent de nos propres tests et relectures. Les raisons sont écrites en français et en anglais.',
    all: 'Toutes les normes',
    norm: 'Norme',
    reference: 'Référence',
    checkedOn: 'Vérifié le',
    checkAgainBy: 'À revérifier avant le',
    isOld: 'La vérification est à refaire',
    criterion: 'critère',
    verdict: 'verdict',
    reason: 'raison',
    evidence: 'preuve',
    review: 'relecture',
    notMetTitle: 'Ce qui n’est pas respecté',
    by: 'prévu avant le {day}',
    noPlan: 'non prévu',
    verdicts: {
      met: 'respecté',
      notMet: 'non respecté',
      notChecked: 'non vérifié',
      site: 'du ressort du site',
      notApplicable: 'sans objet',
    },
  },
  en: {
    title: 'Compliance',
    intro:
      'Which norms the product keeps, criterion by criterion, with the evidence of each verdict. No third party has audited it: the results come from our own tests and reviews. Reasons are written in English and French.',
    all: 'All norms',
    norm: 'Norm',
    reference: 'Reference',
    checkedOn: 'Checked on',
    checkAgainBy: 'To be checked again by',
    isOld: 'The check is overdue',
    criterion: 'criterion',
    verdict: 'verdict',
    reason: 'reason',
    evidence: 'evidence',
    review: 'review',
    notMetTitle: 'What is not met',
    by: 'planned by {day}',
    noPlan: 'no plan',
    verdicts: {
      met: 'met',
      notMet: 'not met',
      notChecked: 'not checked',
      site: 'up to the site',
      notApplicable: 'not applicable',
    },
  },
  de: {
    title: 'Konformität',
    intro:
      'Welche Normen das Produkt einhält, Kriterium für Kriterium, mit dem Nachweis jedes Urteils. Kein Dritter hat geprüft: Die Ergebnisse stammen aus unseren eigenen Tests und Durchsichten. Die Gründe sind auf Französisch und Englisch geschrieben.',
    all: 'Alle Normen',
    norm: 'Norm',
    reference: 'Referenz',
    checkedOn: 'Geprüft am',
    checkAgainBy: 'Erneut zu prüfen bis',
    isOld: 'Die Prüfung ist überfällig',
    criterion: 'Kriterium',
    verdict: 'Urteil',
    reason: 'Grund',
    evidence: 'Nachweis',
    review: 'Durchsicht',
    notMetTitle: 'Was nicht erfüllt ist',
    by: 'geplant bis {day}',
    noPlan: 'nicht geplant',
    verdicts: {
      met: 'erfüllt',
      notMet: 'nicht erfüllt',
      notChecked: 'nicht geprüft',
      site: 'Sache des Betreibers',
      notApplicable: 'nicht anwendbar',
    },
  },
  lb: {
    title: 'Konformitéit',
    intro:
      'Wéi eng Normen de Produit anhält, Critère fir Critère, mam Beweis vun all Uerteel. Keen Drëtten huet auditéiert: d’Resultater kommen aus eisen eegenen Tester a Relecturen. D’Grënn sinn op Franséisch an Englesch geschriwwen.',
    all: 'All Normen',
    norm: 'Norm',
    reference: 'Referenz',
    checkedOn: 'Kontrolléiert den',
    checkAgainBy: 'Nei ze kontrolléieren bis',
    isOld: 'D’Kontroll ass iwwerfälleg',
    criterion: 'Critère',
    verdict: 'Uerteel',
    reason: 'Grond',
    evidence: 'Beweis',
    review: 'Relecture',
    notMetTitle: 'Wat net erfëllt ass',
    by: 'geplangt bis {day}',
    noPlan: 'net geplangt',
    verdicts: {
      met: 'erfëllt',
      notMet: 'net erfëllt',
      notChecked: 'net kontrolléiert',
      site: 'Saach vum Bedreiwer',
      notApplicable: 'net applikabel',
    },
  },
};
