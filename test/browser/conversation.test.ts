import { describeConversation } from './support/conversation.js';

// Enough to know each by what it says. How well it is heard is promised, and measured, of a machine that has the time.
describeConversation({ correlation: 0.7 });
