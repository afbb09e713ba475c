/**
 * What of a route's keys a session may have. `secret`: may hear, and derives every sender's key.
 * `send`: the keys of its own senders and nothing else.
 */
export type Entitlement = 'secret' | 'send';
