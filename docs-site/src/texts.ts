import type { Language } from './pages.ts';

/** The texts around a page (navigation, search, notes), in each language. */
interface Texts {
  readonly site: string;
  readonly other: string;
  readonly skip: string;
  readonly pages: string;
  readonly onThisPage: string;
  readonly menu: string;
  readonly search: string;
  readonly found: string;
  readonly none: string;
  readonly failed: string;
  readonly inEnglish: string;
  readonly onlyEnglish: string;
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
    other: 'Français',
    skip: 'Skip to main content',
    pages: 'Pages',
    onThisPage: 'On this page',
    menu: 'All pages',
    search: 'Search the documentation',
    found: '{n} found',
    none: 'Nothing found',
    failed: 'The search could not be loaded',
    inEnglish: '',
    onlyEnglish: '',
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
    other: 'English',
    skip: 'Aller au contenu',
    pages: 'Pages',
    onThisPage: 'Sur cette page',
    menu: 'Toutes les pages',
    search: 'Chercher dans la documentation',
    found: '{n} résultats',
    none: 'Aucun résultat',
    failed: 'La recherche n’a pas pu être chargée',
    inEnglish: 'en anglais',
    onlyEnglish: 'Les pages marquées « en anglais » n’existent pas encore en français.',
    product: 'Vers le portail',
    missing: 'Cette page n’existe pas',
    missingText: 'L’adresse est peut-être mal écrite, ou la page a changé de place.',
    home: 'Vers la première page',
    run: 'Nos tests exécutent ces commandes.',
    expected: 'Extrait de ce qui s’affiche ; nos tests le vérifient.',
    elsewhere: 'Nos tests n’exécutent pas ces commandes, qui demandent d’autres programmes ou appareils.',
  },
};
