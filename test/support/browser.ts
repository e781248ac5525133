/** A browser as far as forms and cookies go: follows nothing by itself. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Browser {
  open(url: string): Promise<Seen>;
  submit(url: string, fields: Readonly<Record<string, string>>, from?: string): Promise<Seen>;
}

export function openBrowser(): Browser {
  let cookie: string | null = null;
  const visit = async (url: string, init: RequestInit): Promise<Seen> => {
    const headers = { ...init.headers, ...(cookie === null ? {} : { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    const [given] = (response.headers.get("set-cookie") ?? "").split(";");
    if (given) cookie = given;
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  return {
    open: (url) => visit(url, {}),
    submit: (url, fields, from) =>
      visit(url, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: from === undefined ? {} : { origin: from },
      }),
  };
}

/** The first form of a page that has hidden fields, as a browser would send it. */
export function formOf(page: string): Form {
  const action = plain(/<form method="post" action="([^"]+)"/.exec(page)?.[1] ?? "");
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return { action, fields: Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, plain(value)])) };
}

/** What a reader sees of escaped text. */
export function plain(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
