import type { Language } from './pages.ts';

/** The texts around a page (navigation, search, notes), in each language. */
interface Texts {
  readonly site: string;
  /** The name of the language in itself. */
  readonly name: string;
  readonly skip: string;
  readonly pages: string;
  readonly onThisPage: string;
  readonly menu: string;
  readonly more: string;
  readonly search: string;
  readonly found: string;
  readonly none: string;
  readonly failed: string;
  /** Beside a page that is only in another language. */
  readonly inLanguage: { readonly [language in Language]?: string };
  readonly notTheirs: string;
  readonly product: string;
  readonly missing: string;
  readonly missingText: string;
  readonly home: string;
  readonly run: string;
  readonly expected: string;
  readonly elsewhere: string;
}

export const TEXTS: { readonly [language in Language]: Texts } = {
  en: {
    site: 'Alzette documentation',
    name: 'English',
    skip: 'Skip to main content',
    pages: 'Pages',
    onThisPage: 'On this page',
    menu: 'All pages',
    more: 'More',
    search: 'Search the documentation',
    found: '{n} found',
    none: 'Nothing found',
    failed: 'The search could not be loaded',
    inLanguage: {},
    notTheirs: '',
    product: 'Open the portal',
    missing: 'Page not found',
    missingText: 'The address may be mistyped, or the page has moved.',
    home: 'Go to the first page',
    run: 'Our tests run these commands.',
    expected: 'Part of the output; our tests check it.',
    elsewhere: 'Not run by our tests, because it needs other programs or devices.',
  },
  fr: {
    site: 'Documentation d’Alzette',
    name: 'Français',
    skip: 'Aller au contenu',
    pages: 'Pages',
    onThisPage: 'Sur cette page',
    menu: 'Toutes les pages',
    more: 'Autres pages',
    search: 'Chercher dans la documentation',
    found: '{n} résultats',
    none: 'Aucun résultat',
    failed: 'La recherche n’a pas pu être chargée',
    inLanguage: { en: 'en anglais' },
    notTheirs: 'Les pages marquées « en anglais » sont pour les intégrateurs et n’existent qu’en anglais.',
    product: 'Vers le portail',
    missing: 'Cette page n’existe pas',
    missingText: 'L’adresse est peut-être mal écrite, ou la page a changé de place.',
    home: 'Vers la première page',
    run: 'Nos tests exécutent ces commandes.',
    expected: 'Extrait de ce qui s’affiche ; nos tests le vérifient.',
    elsewhere: 'Nos tests n’exécutent pas ces commandes, qui demandent d’autres programmes ou appareils.',
  },
  de: {
    site: 'Dokumentation von Alzette',
    name: 'Deutsch',
    skip: 'Zum Inhalt',
    pages: 'Seiten',
    onThisPage: 'Auf dieser Seite',
    menu: 'Alle Seiten',
    more: 'Weitere Seiten',
    search: 'In der Dokumentation suchen',
    found: '{n} gefunden',
    none: 'Nichts gefunden',
    failed: 'Die Suche konnte nicht geladen werden',
    inLanguage: { en: 'auf Englisch' },
    notTheirs: 'Die mit „auf Englisch“ bezeichneten Seiten gibt es nicht auf Deutsch.',
    product: 'Zum Portal',
    missing: 'Diese Seite gibt es nicht',
    missingText: 'Die Adresse ist vielleicht falsch geschrieben, oder die Seite wurde verschoben.',
    home: 'Zur ersten Seite',
    run: 'Unsere Tests führen diese Befehle aus.',
    expected: 'Ein Teil der Ausgabe; unsere Tests prüfen ihn.',
    elsewhere: 'Unsere Tests führen dies nicht aus, weil es andere Programme oder Geräte braucht.',
  },
  lb: {
    site: 'Dokumentatioun vun Alzette',
    name: 'Lëtzebuergesch',
    skip: 'Bei den Inhalt',
    pages: 'Säiten',
    onThisPage: 'Op dëser Säit',
    menu: 'All Säiten',
    more: 'Aner Säiten',
    search: 'An der Dokumentatioun sichen',
    found: '{n} fonnt',
    none: 'Näischt fonnt',
    failed: 'D’Sich konnt net geluede ginn',
    inLanguage: { fr: 'op Franséisch', en: 'op Englesch' },
    notTheirs: 'Déi aner Säite gëtt et op Franséisch oder op Englesch.',
    product: 'Bei de Portal',
    missing: 'Dës Säit gëtt et net',
    missingText: 'D’Adress ass vläicht falsch geschriwwen, oder d’Säit gouf verréckelt.',
    home: 'Bei déi éischt Säit',
    run: 'Eis Tester féieren dës Befeeler aus.',
    expected: 'En Deel vun der Ausgab; eis Tester kontrolléieren en.',
    elsewhere: 'Eis Tester féieren dëst net aus, well et aner Programmer oder Geräter brauch.',
  },
};
