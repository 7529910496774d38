import type { Messages } from '../fr.ts';

export const privacy: Messages['privacy'] = {
  title: 'Privacy',
  lead: 'The app works without an account and follows nobody. This is all that is kept, where, and how to take it along or erase it.',
  leadEasy: 'You need no account. Nobody follows you. You can erase everything.',
  onDevice: 'On this device',
  device: {
    settings: 'Your settings: language, communes, themes, quiet hours, display, chosen place.',
    content: 'What was shown last, so that it can be read without a network.',
    name: 'A random name, given with an answer to a poll or a “me too”, so that it counts once.',
    reports: 'No report. | 1 report, with its secret link. | {count} reports, with their secret links.',
    push: 'The key by which the notifications of this device are changed or stopped.',
  },
  atServer: 'At the community’s server',
  server: {
    report: 'Of each report: category, place, words and photos. After a year, what could name somebody is taken away.',
    push: 'If you turn notifications on: the address of the device, encrypted, and what it follows. No name.',
    poll: 'Of an answer to a poll: a fingerprint of the random name, never the name.',
    search: 'Of a search: the server reads the words to answer, and does not keep them.',
    account: 'If you have an account: what it holds is shown and erased in “My account”.',
  },
  never: 'What is never done',
  not: {
    position: 'Your position is neither kept nor sent, other than as the place of a report that you send.',
    tracking: 'No advertising, no audience measurement, no cookies.',
    others: 'No code or service of others: the app speaks to the community’s server alone.',
  },
  export: 'Take my data along',
  exportText: 'All that this device keeps, and what the server knows of its reports.',
  zip: 'ZIP, with photos',
  erase: 'Erase everything',
  eraseText: 'Erases the reports of this device at the server, then all that the device keeps.',
  sure: 'Erase it for good?',
  eraseYes: 'Yes, erase',
  keep: 'Keep',
  erased: 'Everything is erased.',
  left: '1 report is left to erase: try again with a network. | {count} reports are left to erase: try again with a network.',
};

export const help: Messages['help'] = { title: 'Help' };

export const accessibility: Messages['accessibility'] = {
  title: 'Accessibility',
  write: 'Whom to write to: the directory of town halls and services',
};
