import type { AboutTexts } from '../about-texts.ts';

export const texts: AboutTexts = {
  help: [
    {
      title: 'Report a problem',
      text: [
        'Take a photo, check the place that is proposed, tap the category, send. You may also choose the lamp or the container, by its QR code or its number.',
        'Without a network the report is kept on the device and leaves by itself, once. “My reports” says what became of it, and the promised date. You may reopen it for 30 days.',
      ],
      easy: [
        '1. Take a photo.',
        '2. Say where it is.',
        '3. Say what it is.',
        '4. Tap “Send”.',
        'You have no network? Never mind. The message leaves later, by itself.',
      ],
    },
    {
      title: 'Without network or permissions',
      text: [
        'What was shown last can be read without a network. Position, camera and notifications may be refused: choose the street or the commune, write the number, and read the news in the app.',
      ],
      easy: [
        'You may say no to the position.',
        'You may say no to the camera.',
        'You may say no to notifications.',
        'The app works all the same.',
      ],
    },
    {
      title: 'Reading more easily',
      text: [
        'In the settings: text size, more contrast, less motion, easy-to-read texts. The settings of the phone are followed as well.',
      ],
      easy: ['Go to the settings.', 'You can choose larger letters.', 'You can choose simpler texts.'],
    },
    {
      title: 'Being told',
      text: [
        'Turn notifications on, choose your communes and themes. In quiet hours emergencies alone come through. Nothing says whose the device is.',
      ],
      easy: [
        'The app can send you messages.',
        'You choose which ones.',
        'At night it is quiet, unless there is danger.',
      ],
    },
  ],
  accessibility: [
    {
      title: 'State of compliance',
      text: [
        'This app is partially compliant with RGAA 4.1.2 (France) and RAAM 1.1 (Luxembourg). No third party has audited it: the state comes from automatic tests and from looking at the code and the screens.',
      ],
      easy: ['Many people can use this app.', 'It is not yet perfect for everybody.'],
    },
    {
      title: 'What is not accessible',
      text: [
        'Maps cannot be read by a screen reader: the list, the “Street” field and the choice of the commune say the same.',
        'Words of other people are read in the language of their app: where they wrote in another, the voice is wrong.',
        'VoiceOver and TalkBack were not tried on real phones.',
      ],
      easy: ['The map is difficult for blind people.', 'In place of the map there is a list.'],
    },
    {
      title: 'What is there for you',
      text: [
        'Text up to 200 %, more contrast, less motion, easy-to-read texts, use by keyboard, targets of at least 44 pixels, portrait and landscape, four languages.',
      ],
      easy: ['You can make the letters larger.', 'You can choose simple texts.', 'You can use a keyboard.'],
    },
    {
      title: 'A barrier? Tell us',
      text: [
        'Write to your town hall or to the community, who have to answer you. Without an answer: in France the Défenseur des droits; in Luxembourg the Information and Press Service, then the Ombudsman.',
      ],
      easy: [
        'Something is wrong?',
        'Write to your town hall.',
        'The town hall has to answer you.',
        'It does not answer? Write to the Défenseur des droits.',
      ],
    },
  ],
};
