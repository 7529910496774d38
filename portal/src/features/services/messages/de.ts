export const messages = {
  title: 'Dienste anderer',
  intro: 'Was andere für diese Installation geschrieben haben, mit ihren Seiten.',
  none: 'Keine Seiten',
  noneText: 'Ein Dienst anderer, den die Verwaltung der Plattform installiert hat, kann hier Seiten haben.',
  missing: 'Diese Seite gibt es nicht',
  fault: 'Die Seite des Dienstes ist gescheitert:',
};
