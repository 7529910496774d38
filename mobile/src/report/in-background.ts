/* What the service worker does besides storing the app; the build includes this module there. */
import './sending/send-in-background.ts';
import './sharing/take-shared.ts';
