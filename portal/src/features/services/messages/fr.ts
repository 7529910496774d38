export const messages = {
  title: 'Services de tiers',
  intro: 'Ce que d’autres ont écrit pour cette installation, avec leurs pages.',
  none: 'Aucune page',
  noneText: 'Un service d’un tiers installé par qui gère la plateforme peut avoir des pages ici.',
  missing: 'Cette page n’existe pas',
  fault: 'La page du service a échoué :',
};
