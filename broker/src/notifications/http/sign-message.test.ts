import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signatureHeaders } from './sign-message.ts';

test('signs like the example of Standard Webhooks', () => {
  const notifierInfo = [{ key: 'HMAC-SHA256-Key', value: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }];
  assert.deepEqual(
    signatureHeaders(notifierInfo, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', 1614265330000),
    {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  );
});

test('does not sign without a key', () => {
  assert.deepEqual(signatureHeaders([{ key: 'MQTT-QoS', value: '1' }], 'x', '{}', 0), {});
});
