export const messages = {
  title: 'All settings',
  intro: 'Type what you want to set: a name, or a word of its explanation.',
  search: 'Search in the settings',
  nothing: 'No setting is called that',
  nothingText: 'Try another word. You only see what you may open.',
};
