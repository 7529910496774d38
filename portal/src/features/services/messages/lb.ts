export const messages = {
  title: 'Servicer vun aneren',
  intro: 'Wat anerer fir dës Installatioun geschriwwen hunn, mat hire Säiten.',
  none: 'Keng Säiten',
  noneText: 'E Service vun aneren, deen d’Administratioun vun der Plattform installéiert huet, kann hei Säiten hunn.',
  missing: 'Dës Säit gëtt et net',
  fault: 'D’Säit vum Service ass gescheitert:',
};
