/** Where people see what an API shows programs. Pure. */

/** `https://api.github.com` → `https://github.com`; `http://host/api/v3` → `http://host`. */
export function webBaseOf(apiUrl: string): string {
  const base = apiUrl.replace(/\/+$/, "");
  if (base === "https://api.github.com") return "https://github.com";
  return base.replace(/\/api\/v3$/, "");
}
