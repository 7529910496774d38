export const messages = {
  title: 'All Astellungen',
  intro: 'Schreift, wat Dir astelle wëllt: en Numm oder e Wuert aus der Erklärung.',
  search: 'An den Astellunge sichen',
  nothing: 'Keng Astellung heescht esou',
  nothingText: 'Probéiert en anert Wuert. Dir gesitt nëmmen, wat Dir opmaache däerft.',
};
