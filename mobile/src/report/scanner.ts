type Read = (video: HTMLVideoElement) => Promise<string | undefined>;

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

const PAUSE_MS = 250;
const LONGEST_SIDE = 640;

/**
 * Scans a video until it contains a QR code: with the browser's BarcodeDetector, or with a decoder that is loaded on
 * demand.
 *
 * @returns a function that stops it
 */
export async function openScanner(video: HTMLVideoElement, onRead: (text: string) => void): Promise<() => void> {
  const read = (await ownDetector()) ?? (await loadedDecoder());
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpen = true;
  const look = async () => {
    const text = await read(video).catch(() => undefined); // a frame without a code
    if (!isOpen) return;
    if (text) onRead(text);
    else timer = setTimeout(look, PAUSE_MS);
  };
  void look();
  return () => {
    isOpen = false;
    clearTimeout(timer);
  };
}

async function ownDetector(): Promise<Read | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  const formats = await BarcodeDetector?.getSupportedFormats().catch((): string[] => []);
  if (BarcodeDetector === undefined || !formats?.includes('qr_code')) return undefined;
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  return async (video) => (await detector.detect(video))[0]?.rawValue;
}

async function loadedDecoder(): Promise<Read> {
  const { decodeQR } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    if (context === null || video.videoWidth === 0) return undefined;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}
