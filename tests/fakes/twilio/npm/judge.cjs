// Twilio's own word: reads {signatures: [{token, url, params}], texts: [...]} and writes what it makes of them.
'use strict';
const { SegmentedMessage } = require('sms-segments-calculator');
const { getExpectedTwilioSignature } = require('twilio/lib/webhooks/webhooks');

const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const segments = asked.texts.map(function (text) {
  const counted = new SegmentedMessage(text, 'auto');
  return [counted.encodingName, counted.segmentsCount];
});
const signatures = asked.signatures.map(function (call) {
  return getExpectedTwilioSignature(call.token, call.url, call.params);
});
process.stdout.write(JSON.stringify({ segments, signatures }));
