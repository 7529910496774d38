export const messages = {
  title: 'Services of others',
  intro: 'What others have written for this installation, with their pages.',
  none: 'No pages',
  noneText: 'A service of others that the platform’s administrators installed can have pages here.',
  missing: 'There is no such page',
  fault: 'The page of the service failed:',
};
