/** Which addresses are on the public internet. Pure. */
import ipaddr from "ipaddr.js";

/**
 * @param address IPv4 or IPv6, as a resolver gives it
 * @returns true for a plain unicast address; an IPv4 address inside an IPv6 one is judged as itself
 * @source IANA special-purpose address registries, as the library has them
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // maps ::ffff:a.b.c.d to a.b.c.d; other embeddings (6to4, NAT64, Teredo) are ranges of their own
  return ipaddr.process(address).range() === "unicast";
}
