/* What the service worker does besides storing the app; the build includes this module there. */
import './procedures/sending/send-in-background.ts';
import './report/sending/send-in-background.ts';
import './report/sharing/take-shared.ts';
