import type { AboutTexts } from '../about-texts.ts';

export const texts: AboutTexts = {
  help: [
    {
      title: 'Ein Problem melden',
      text: [
        'Machen Sie ein Foto, prüfen Sie den vorgeschlagenen Ort, tippen Sie auf die Kategorie, senden Sie. Sie können auch die Lampe oder den Container wählen, mit dem QR-Code oder der Nummer.',
        'Ohne Netz bleibt die Meldung auf dem Gerät und geht von selbst ab, ein einziges Mal. „Meine Meldungen“ sagt, was daraus wurde, und das zugesagte Datum. 30 Tage lang können Sie sie wieder öffnen.',
      ],
      easy: [
        '1. Machen Sie ein Foto.',
        '2. Sagen Sie, wo es ist.',
        '3. Sagen Sie, was es ist.',
        '4. Tippen Sie auf „Senden“.',
        'Sie haben kein Netz? Das macht nichts. Die Nachricht geht später von selbst ab.',
      ],
    },
    {
      title: 'Ohne Netz und ohne Erlaubnis',
      text: [
        'Was zuletzt gezeigt wurde, bleibt ohne Netz lesbar. Standort, Kamera und Mitteilungen dürfen Sie ablehnen: Wählen Sie dann Straße oder Gemeinde, schreiben Sie die Nummer, und lesen Sie die Nachrichten in der App.',
      ],
      easy: [
        'Sie dürfen Nein zum Standort sagen.',
        'Sie dürfen Nein zur Kamera sagen.',
        'Sie dürfen Nein zu Mitteilungen sagen.',
        'Die App geht trotzdem.',
      ],
    },
    {
      title: 'Leichter lesen',
      text: [
        'In den Einstellungen: Textgröße, mehr Kontrast, weniger Bewegung, Texte in leichter Sprache. Die Einstellungen des Telefons gelten auch.',
      ],
      easy: [
        'Gehen Sie in die Einstellungen.',
        'Sie können größere Buchstaben wählen.',
        'Sie können einfachere Texte wählen.',
      ],
    },
    {
      title: 'Benachrichtigt werden',
      text: [
        'Schalten Sie die Mitteilungen ein, wählen Sie Gemeinden und Themen. In den Ruhezeiten kommen nur Notfälle durch. Nichts sagt, wem das Gerät gehört.',
      ],
      easy: [
        'Die App kann Ihnen Nachrichten schicken.',
        'Sie wählen, welche.',
        'In der Nacht ist sie still, außer bei Gefahr.',
      ],
    },
  ],
  accessibility: [
    {
      title: 'Stand der Vereinbarkeit',
      text: [
        'Diese App ist teilweise vereinbar mit RGAA 4.1.2 (Frankreich) und RAAM 1.1 (Luxemburg). Kein Dritter hat sie geprüft: Der Stand kommt aus automatischen Tests und der Durchsicht von Code und Bildschirmen.',
      ],
      easy: ['Viele Menschen können diese App benutzen.', 'Sie ist noch nicht für alle perfekt.'],
    },
    {
      title: 'Was nicht barrierefrei ist',
      text: [
        'Karten lassen sich mit einem Bildschirmleser nicht lesen: Die Liste, das Feld „Straße“ und die Wahl der Gemeinde sagen dasselbe.',
        'Worte anderer Menschen werden in der Sprache ihrer App vorgelesen: Wer in einer anderen schrieb, klingt falsch.',
        'VoiceOver und TalkBack wurden nicht auf echten Telefonen erprobt.',
      ],
      easy: ['Die Karte ist schwer für blinde Menschen.', 'Statt der Karte gibt es eine Liste.'],
    },
    {
      title: 'Was für Sie da ist',
      text: [
        'Text bis 200 %, mehr Kontrast, weniger Bewegung, leichte Sprache, Bedienung mit der Tastatur, Ziele von mindestens 44 Pixeln, Hoch- und Querformat, vier Sprachen.',
      ],
      easy: [
        'Sie können die Buchstaben größer machen.',
        'Sie können einfache Texte wählen.',
        'Sie können eine Tastatur benutzen.',
      ],
    },
    {
      title: 'Ein Hindernis? Sagen Sie es',
      text: [
        'Schreiben Sie Ihrem Rathaus oder der Gemeinschaft; sie müssen Ihnen antworten. Ohne Antwort: in Frankreich der Défenseur des droits; in Luxemburg das Presse- und Informationsamt, dann der Ombudsman.',
      ],
      easy: [
        'Etwas stimmt nicht?',
        'Schreiben Sie Ihrem Rathaus.',
        'Das Rathaus muss antworten.',
        'Es antwortet nicht? Schreiben Sie dem Défenseur des droits.',
      ],
    },
  ],
};
