import encodeQR from 'qr';

const WIDTH = 640;
const HEIGHT = 480;
const WHITE = 235;
const BLACK = 16;

/** A video of a still QR code in YUV4MPEG2, which Chromium can use instead of a camera. */
export function qrVideo(text: string, frames = 10): Buffer {
  const code = encodeQR(text, 'raw', { border: 4 });
  const side = Math.floor(HEIGHT / code.length);
  const left = Math.floor((WIDTH - side * code.length) / 2);
  const luma = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  code.forEach((row, y) => {
    row.forEach((isBlack, x) => {
      if (!isBlack) return;
      for (let line = y * side; line < (y + 1) * side; line++)
        luma.fill(BLACK, line * WIDTH + left + x * side, line * WIDTH + left + (x + 1) * side);
    });
  });
  const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, grey]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame)]);
}
