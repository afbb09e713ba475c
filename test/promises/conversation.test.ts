import { describeConversation } from '../browser/support/conversation.js';
import { quote } from './support/figure.js';

describeConversation({
  correlation: 0.9,
  measured: (what, whole, eighths) =>
    quote(`correlation of ${what}`, {
      'seconds placed as a whole': whole.toFixed(3),
      'eighths of seconds placed': eighths.toFixed(3),
      promised: '0.9',
    }),
});
