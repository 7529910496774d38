export const messages = {
  title: 'Alle Einstellungen',
  intro: 'Schreiben Sie, was Sie einstellen möchten: einen Namen oder ein Wort aus der Erklärung.',
  search: 'In den Einstellungen suchen',
  nothing: 'Keine Einstellung heißt so',
  nothingText: 'Versuchen Sie ein anderes Wort. Sie sehen nur, was Sie öffnen dürfen.',
};
