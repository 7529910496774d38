import { fileURLToPath } from 'node:url';
import { computeTask, moved } from '../compute/compute-task.ts';

/** A PDF with a structure for screen readers (PDF/UA). */
export interface TaggedDocument {
  readonly title: string;
  readonly language: string;
  readonly parts: readonly DocumentPart[];
}

/** A paragraph, a heading or a table. */
export type DocumentPart =
  | string
  | { readonly heading: string; readonly level: 1 | 2 }
  /** The first row contains column headers; the first cell of each other row is its header. */
  | { readonly table: readonly (readonly string[])[] };

export const TAGGED_PDF = computeTask<typeof taggedPdf>('kit.pdf', import.meta.url);

/** The bytes of the PDF, with embedded fonts. The library is loaded for it first: it is large and seldom needed. */
export default async function taggedPdf({ title, language, parts }: TaggedDocument): Promise<Uint8Array<ArrayBuffer>> {
  const document = await openDocument(title, language);
  for (const part of parts) {
    if (typeof part === 'string') document.paragraph(part);
    else if ('heading' in part) document.heading(part.level, part.heading);
    else document.table(part.table);
  }
  const bytes = new Uint8Array(await document.end());
  return moved(bytes, [bytes.buffer]);
}

const REGULAR = font('400');
const BOLD = font('700');
const SIZE = { 1: 20, 2: 13, text: 10 } as const;
const MARGIN = 56;
const LINE = 16;

async function openDocument(title: string, language: string) {
  const { default: PDFDocument } = await import('pdfkit');
  const doc = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    // Missing in pdfkit's types.
    ...({ subset: 'PDF/UA' } as object),
    tagged: true,
    lang: language,
    displayTitle: true,
    info: { Title: title },
    font: REGULAR,
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<Buffer>((resolve, reject) => {
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  const root = doc.struct('Document');
  doc.addStructure(root);
  const write = (tag: string, text: string, size: number, face: string) => {
    root.add(
      doc.struct(tag, {}, () => {
        doc
          .font(face)
          .fontSize(size)
          .text(text, MARGIN, doc.y, { width: doc.page.width - 2 * MARGIN });
      }),
    );
    doc.y += size * 0.6;
  };
  const needs = (height: number) => {
    if (doc.y + height > doc.page.height - MARGIN) doc.addPage();
  };

  return {
    heading(level: 1 | 2, text: string): void {
      needs(SIZE[level] * 4);
      write(`H${level}`, text, SIZE[level], BOLD);
    },
    paragraph(text: string): void {
      needs(LINE * 2);
      write('P', text, SIZE.text, REGULAR);
    },
    table(rows: readonly (readonly string[])[]): void {
      const columns = rows[0]?.length ?? 0;
      const width = (doc.page.width - 2 * MARGIN) / columns;
      const table = doc.struct('Table');
      root.add(table);
      rows.forEach((cells, r) => {
        doc.font(BOLD).fontSize(SIZE.text);
        const height = Math.max(...cells.map((cell) => doc.heightOfString(cell, { width: width - 8 }))) + 4;
        needs(height);
        const top = doc.y;
        const row = doc.struct('TR');
        table.add(row);
        cells.forEach((cell, c) => {
          const isHeader = r === 0 || c === 0;
          const part = doc.struct(isHeader ? 'TH' : 'TD', {}, () => {
            doc.font(isHeader ? BOLD : REGULAR).fontSize(SIZE.text);
            doc.text(cell, MARGIN + c * width, top, { width: width - 8, align: c === 0 ? 'left' : 'right' });
          });
          if (isHeader) headsA(part, r === 0 ? 'Column' : 'Row');
          row.add(part);
        });
        row.end();
        doc.y = top + height;
      });
      table.end();
      doc.y += LINE / 2;
    },
    end(): Promise<Buffer> {
      root.end();
      doc.end();
      return ended;
    },
  };
}

/** Sets the scope of a header cell (PDF/UA 7.5), for which pdfkit has no option. */
function headsA(cell: object, Scope: 'Column' | 'Row'): void {
  const { dictionary } = cell as { dictionary: { data: Record<string, unknown> } };
  dictionary.data.A = { O: 'Table', Scope };
}

function font(weight: string): string {
  return fileURLToPath(import.meta.resolve(`@fontsource/figtree/files/figtree-latin-${weight}-normal.woff`));
}
