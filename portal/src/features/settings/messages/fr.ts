export const messages = {
  title: 'Tous les réglages',
  intro: 'Tapez ce que vous voulez régler : un nom, ou un mot de son explication.',
  search: 'Chercher dans les réglages',
  nothing: 'Aucun réglage ne porte ce nom',
  nothingText: 'Essayez un autre mot. Vous ne voyez que ce que vous pouvez ouvrir.',
};
