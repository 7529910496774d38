/* What the service worker does besides storing the app; the build includes this module there. */
import { sendOnSync } from './offline/send-on-sync.ts';
import { sendWaitingDossiers } from './procedures/sending/send-dossiers.ts';
import { sendWaiting } from './report/sending/send-reports.ts';
import './report/sharing/take-shared.ts';

sendOnSync('dossiers', sendWaitingDossiers);
sendOnSync('reports', sendWaiting);
