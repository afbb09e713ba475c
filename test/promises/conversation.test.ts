import { describeConversation } from '../browser/support/conversation.js';

describeConversation(0.9);
