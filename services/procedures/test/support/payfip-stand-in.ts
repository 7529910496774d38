import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

const NS =
  'http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService';

/** How an operation goes. `open`: no result yet. `forgotten`: nobody paid until the night. */
export type Play = 'open' | 'forgotten' | 'P' | 'V' | 'R' | 'Z' | 'A';

/**
 * A stand-in that speaks PayFiP's SOAP: `plays` says how each operation goes, `amount` what it tells instead of what was
 * ordered. In the mode `lost` an order is accepted, and its answer never arrives. It parses by itself, so that both sides
 * are not wrong in the same way.
 */
export async function startPayfip(t: Pick<TestContext, 'after'>) {
  const orders: Record<string, string>[] = [];
  const plays = new Map<string, Play>();
  const state: { mode: 'up' | 'fault' | 'html' | 'down' | 'lost'; amount?: string; asked: number } = {
    mode: 'up',
    asked: 0,
  };
  /** The page on which somebody pays: the notice comes before the way back, as with the real one. */
  const page = async (reply: ServerResponse, isPaid: boolean, operation: string) => {
    const order = orders.find((each) => each.operation === operation);
    if (!isPaid || order === undefined) {
      const form = '<form method="post"><button>Payer</button></form>';
      reply.writeHead(order === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(form);
      return;
    }
    plays.set(operation, 'P');
    await fetch(order.urlnotif ?? '', { method: 'POST', body: new URLSearchParams({ idop: operation }) });
    reply.writeHead(303, { location: order.urlredirect }).end();
  };
  const server = createServer((request, reply) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/pay') {
      void page(reply, request.method === 'POST', searchParams.get('idop') ?? '');
      return;
    }
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      const send = (status: number, body: string) =>
        reply.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' }).end(body);
      if (state.mode === 'down') return request.socket.destroy();
      if (state.mode === 'html') return send(502, '<html><body>Bad gateway');
      if (state.mode === 'fault') return send(500, fault('T1', 'Service indisponible'));
      const members = Object.fromEntries(
        [...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name = '', value = '']) => [name, unescaped(value)]),
      );
      if (text.includes(':creerPaiementSecurise')) {
        if (orders.some(({ refdet }) => refdet === members.refdet))
          return send(500, fault('R1', 'Référence déjà connue.'));
        const operation = `0c1d${orders.length}-${members.refdet}`;
        orders.push({ ...members, operation });
        plays.set(operation, 'open');
        if (state.mode === 'lost') return request.socket.destroy();
        return send(
          200,
          envelope(
            `<ns1:creerPaiementSecuriseResponse xmlns:ns1="${NS}"><return><idOp>${operation}</idOp></return></ns1:creerPaiementSecuriseResponse>`,
          ),
        );
      }
      state.asked += 1;
      const order = orders.find(({ operation }) => operation === members.idOp);
      const play = plays.get(members.idOp ?? '');
      if (order === undefined || play === 'forgotten') return send(500, fault('P1', 'IdOp incorrect.'));
      if (play === 'open') return send(500, fault('P5', 'Résultat de la transaction non connu.'));
      const detail = {
        dattrans: '03122026',
        heurtrans: '1012',
        exer: order.exer,
        idOp: members.idOp,
        mel: order.mel,
        montant: state.amount ?? order.montant,
        numauto: '112233',
        numcli: order.numcli,
        refdet: order.refdet,
        resultrans: play,
        saisie: order.saisie,
      };
      const lines = Object.entries(detail).map(([name, value]) => `<r:${name}>${value}</r:${name}>`);
      return send(
        200,
        envelope(
          `<ns1:recupererDetailPaiementSecuriseResponse xmlns:ns1="${NS}"><return xmlns:r="http://securite.service.tpa.cp.finances.gouv.fr/reponse">${lines.join('')}</return></ns1:recupererDetailPaiementSecuriseResponse>`,
        ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  t.after(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/tpa/services/securite`,
    page: `http://127.0.0.1:${port}/pay`,
    orders,
    plays,
    state,
  };
}

function envelope(body: string): string {
  return `<?xml version='1.0' encoding='UTF-8'?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>${body}</S:Body></S:Envelope>`;
}

function fault(code: string, said: string): string {
  return envelope(
    `<S:Fault xmlns:ns4="http://www.w3.org/2003/05/soap-envelope"><faultcode>S:Server</faultcode><faultstring>fr.gouv.finances.cp.tpa.webservice.exceptions.FonctionnelleErreur</faultstring><detail><ns1:FonctionnelleErreur xmlns:ns1="${NS}"><code>${code}</code><descriptif>${said}</descriptif><libelle>${said}</libelle><severite>2</severite></ns1:FonctionnelleErreur></detail></S:Fault>`,
  );
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').replaceAll('&apos;', "'");
}
