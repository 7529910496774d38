const DAY_MS = 86_400_000;

/** Reading objects and their history, with a key. */
export function entityExamples(publicUrl: string, context: string) {
  const path = `${publicUrl}/ngsi-ld/v1`;
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const query = 'type=AirQualityObserved&options=keyValues';
  const since = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  const history = `type=AirQualityObserved&attrs=pm10&timerel=after&timeAt=${since}T00:00:00Z&options=temporalValues`;
  return [
    {
      name: 'curl',
      code: `curl "${path}/entities?${query}" \\\n  -H 'Link: ${link}' -H "Authorization: Bearer $ALZETTE_KEY"`,
    },
    {
      name: 'JavaScript',
      code: `const headers = { link: '${link}', authorization: \`Bearer \${process.env.ALZETTE_KEY}\` };\nconst answer = await fetch('${path}/temporal/entities?${history}', { headers });\nconsole.log(await answer.json());`,
    },
    {
      name: 'Python',
      code: `import json, os, urllib.request\n\nheaders = {"Link": '${link}', "Authorization": f"Bearer {os.environ['ALZETTE_KEY']}"}\nrequest = urllib.request.Request("${path}/temporal/entities?${history}", headers=headers)\nprint(json.load(urllib.request.urlopen(request)))`,
    },
    {
      name: 'R',
      code: `library(httr2)\n\nrequest("${path}/entities?${query}") |>\n  req_headers(Link = '${link}') |>\n  req_auth_bearer_token(Sys.getenv("ALZETTE_KEY")) |>\n  req_perform() |>\n  resp_body_json(simplifyVector = TRUE)`,
    },
  ];
}

/** A subscription whose messages are signed by Standard Webhooks, and programs that check them. */
export function webhookExamples(publicUrl: string, context: string) {
  const subscription = {
    type: 'Subscription',
    entities: [{ type: 'AirQualityObserved' }],
    watchedAttributes: ['pm10'],
    notification: {
      format: 'keyValues',
      endpoint: {
        uri: 'https://receiver.example.org/told',
        accept: 'application/json',
        notifierInfo: [{ key: 'HMAC-SHA256-Key', value: 'a secret of your own' }],
      },
    },
    '@context': context,
  };
  return [
    {
      name: 'curl',
      code: `curl ${publicUrl}/ngsi-ld/v1/subscriptions -H 'Content-Type: application/ld+json' \\\n  -H "Authorization: Bearer $ALZETTE_KEY" -d '${JSON.stringify(subscription, null, 2)}'`,
    },
    {
      name: 'JavaScript',
      code: `import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether a message is from here: call it with the headers and the body as received. */
export function isGenuine(headers, body, secret) {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const signed = \`\${headers['webhook-id']}.\${headers['webhook-timestamp']}.\${body}\`;
  const expected = Buffer.from(\`v1,\${createHmac('sha256', key).update(signed).digest('base64')}\`);
  const got = Buffer.from(headers['webhook-signature'] ?? '');
  const isRecent = Math.abs(Date.now() / 1000 - headers['webhook-timestamp']) < 300;
  return isRecent && got.length === expected.length && timingSafeEqual(got, expected);
}`,
    },
    {
      name: 'Python',
      code: `import base64, hashlib, hmac, time

def is_genuine(headers, body, secret):
    """Whether a message is from here: call it with the headers and the body (bytes) as received."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    sent = headers.get("webhook-timestamp", "0")
    signed = f"{headers.get('webhook-id')}.{sent}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    is_recent = abs(time.time() - int(sent)) < 300
    return is_recent and hmac.compare_digest(expected, headers.get("webhook-signature", ""))`,
    },
  ];
}

/** The same requests in the sandbox: they only name another tenant. */
export function sandboxExamples(installation: string, tenant: string, context: string) {
  const path = `${installation}/ngsi-ld/v1`;
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const change = { status: { type: 'Property', value: 'defectiveLamp' } };
  return [
    {
      name: 'curl',
      code: `curl "${path}/entities?type=Streetlight&options=keyValues" \\\n  -H 'NGSILD-Tenant: ${tenant}' -H 'Link: ${link}' -H "Authorization: Bearer $ALZETTE_KEY"`,
    },
    {
      name: 'JavaScript',
      code: `const headers = { 'ngsild-tenant': '${tenant}', link: '${link}', 'content-type': 'application/json', authorization: \`Bearer \${process.env.ALZETTE_KEY}\` };
const [lamp] = await (await fetch('${path}/entities?type=Streetlight&limit=1', { headers })).json();
const { status } = await fetch(\`${path}/entities/\${lamp.id}/attrs\`, { method: 'PATCH', headers, body: '${JSON.stringify(change)}' });
console.log(lamp.id, status);`,
    },
  ];
}
