/** `uplink`: from the client to the server. */
export type Direction = 'uplink' | 'downlink';

/** Which ways something applies to. */
export type Directions = Direction | 'both';

export function directionsOf(directions: Directions): readonly Direction[] {
  return directions === 'both' ? ['uplink', 'downlink'] : [directions];
}
